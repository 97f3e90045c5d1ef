import { executeQueueOf, TaskQueue, Timeout } from '@ace/config';
import { Context } from '@temporalio/activity';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryIterationUpdate } from './index.ts';
import {
  type Answer,
  type Answers,
  eventually,
  host,
  nothing,
  openScriptedRuns,
  pause,
  plan,
  Script,
  type ScriptedRuns,
} from './testing/scripted-runs.ts';

let runs: ScriptedRuns;
beforeAll(async () => {
  runs = await openScriptedRuns(`workflows-${process.pid}`);
}, 60_000);
afterAll(() => runs?.close(), 30_000);

const start = (run: string, answers: Answers) => runs.start(run, answers);

const tooManyLost = ApplicationFailure.create({
  ...{ type: 'TooManyLost', message: 'one group of two is left', nonRetryable: true },
});
const failsOnce: Answer = (_, tries) => {
  if (tries === 1) throw tooManyLost;
};

describe('a failed iteration', () => {
  it('blocks the run, says what to do, and goes on at retryIteration alone', async () => {
    const { script, handle } = await start('blocked', { evolve: failsOnce });
    await eventually('the failure is shown', () => script.called('recordFailure').length === 1);
    const [shown] = script.called('recordFailure');
    expect(shown?.input).toEqual({
      run: 'blocked',
      final: false,
      failure: {
        ...{ iteration: 1, step: 'iteration 1', reason: 'one group of two is left' },
        remedy: 'mend the cause, then send the update retryIteration(1)',
      },
    });
    expect(script.called('finishRun')).toHaveLength(0);

    const other = handle.executeUpdate(retryIterationUpdate, { args: [2] });
    const refusal = await other.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(WorkflowUpdateFailedError);
    expect((refusal as WorkflowUpdateFailedError).cause?.message).toBe(
      'retryIteration: expected the number of a blocked iteration (1), got 2',
    );

    await handle.executeUpdate(retryIterationUpdate, { args: [1] });
    await handle.result();
    expect(script.called('clearFailure')).toHaveLength(1);
    expect(script.called('evolve')).toHaveLength(2);
    expect(script.called('finishRun')).toHaveLength(1);
  });

  it('ends the run where the config says so', async () => {
    const failing = { openRun: () => ({ ...plan, onIterationFailure: 'fail' }) };
    const { script, handle } = await start('failing', { ...failing, evolve: failsOnce });
    await expect(handle.result()).rejects.toThrow();
    expect(script.called('recordFailure')[0]?.input).toMatchObject({
      final: true,
      failure: { remedy: 'mend the cause, then start the run again under its name "failing"' },
    });
    expect(script.called('finishRun')).toHaveLength(0);
  });
});

describe('a run that a schedule starts', () => {
  it('says so when it is opened, also after it continued as new', async () => {
    const { client, scripts } = runs;
    await client.schedule.create({
      ...{ scheduleId: 'nights', spec: { cronExpressions: ['0 2 1 1 *'] } },
      action: {
        type: 'startWorkflow',
        ...{ workflowType: 'trainingRun', workflowId: 'nights', taskQueue: TaskQueue.Main },
        args: [{}],
      },
    });
    const schedule = client.schedule.getHandle('nights');
    await schedule.trigger();
    let run: string | undefined;
    for (const end = Date.now() + 30_000; run === undefined && Date.now() < end; await pause(50)) {
      const [action] = (await schedule.describe()).info.recentActions;
      run = action?.action.workflow.workflowId;
    }
    expect(run).toMatch(/^nights-/);
    const segments = { iterations: 2, iterationsPerSegment: 1 };
    const afterLearn1 = 3;
    const script = new Script({
      openRun: (_, tries) => ({ ...plan, ...segments, cursor: tries === 1 ? 0 : afterLearn1 }),
    });
    // What is called before is tried again.
    scripts.set(run!, script);
    await client.workflow.getHandle(run!).result();
    expect(script.called('openRun').map(({ input }) => input)).toEqual([
      { run, input: {}, given: 1, schedule: 'nights' },
      { run, input: {}, given: 1, schedule: 'nights' },
    ]);
    await schedule.delete();
  });
});

describe('a child that somebody else started', () => {
  it('is followed to its end, and then asked again', async () => {
    let release = nothing;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { client, scripts } = runs;
    scripts.set('followed', new Script({ evolve: () => held }));
    const args = [{ run: 'followed', iteration: 1 }];
    const options = { workflowId: 'followed/iteration/1', taskQueue: TaskQueue.Main, args };
    await client.workflow.start('trainingIteration', options);
    await eventually('it evolves', () => scripts.get('followed')!.called('evolve').length === 1);
    const before = scripts.get('followed')!;

    const { script, handle } = await start('followed', {
      followWorkflow: ({ workflowId }: { workflowId: string }) =>
        client.workflow.getHandle(workflowId).result(),
    });
    await eventually('it is followed', () => script.called('followWorkflow').length === 1);
    expect(script.called('sample')).toHaveLength(0);
    release();
    await handle.result();
    expect(before.called('evolve')).toHaveLength(1);
    expect(script.called('sample')).toHaveLength(1);
  });
});

const places = (script: Script) =>
  script.called('execute').map(({ queue, input }) => [queue, input.takeOverFrom]);

describe('an attempt whose sandbox is on another host', () => {
  const runsOn =
    (holder: string): Answer =>
    (_, tries) => {
      if (tries > 1) return { verdict: 'ok' };
      const details = [holder];
      throw ApplicationFailure.create({ type: 'RunsElsewhere', details, nonRetryable: true });
    };

  it('is sent to that host', async () => {
    const { script, handle } = await start('elsewhere', { execute: runsOn(host) });
    await handle.result();
    expect(places(script)).toEqual([
      [TaskQueue.Execute, undefined],
      [executeQueueOf(host), undefined],
    ]);
    expect(script.called('grade')).toHaveLength(1);
  });

  it('is taken over by any host once that one has been silent for hostLostAfter', async () => {
    const { script, handle } = await start('silent', { execute: runsOn('host-silent') });
    await handle.result();
    expect(places(script)).toEqual([
      [TaskQueue.Execute, undefined],
      [TaskQueue.Execute, 'host-silent'],
    ]);
    expect(script.called('grade')).toHaveLength(1);
  });
});

describe('an attempt whose worker falls silent', () => {
  const fallsSilent =
    (details?: object): Answer =>
    async (_, tries) => {
      if (tries > 1) return { verdict: 'ok' };
      Context.current().heartbeat(details);
      await pause(1.5 * Timeout.heartbeatMs);
    };

  it.each([
    [
      'goes on where its sandbox is, past all that waits for a slot',
      { host },
      executeQueueOf(host),
    ],
    ['goes anywhere when nobody knows where that is', undefined, TaskQueue.Execute],
  ])('%s', async (_, details, second) => {
    const run = details ? 'silent-here' : 'silent-anywhere';
    const { script, handle } = await start(run, { execute: fallsSilent(details) });
    await handle.result();
    expect(places(script)).toEqual([
      [TaskQueue.Execute, undefined],
      [second, undefined],
    ]);
    expect(script.called('grade')).toHaveLength(1);
  });
});
