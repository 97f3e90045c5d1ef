import { executeQueueOf, PhaseKind, TaskQueue } from '@ace/config';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  configQuery,
  type Control,
  lastErrorsQuery,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
  retryIterationUpdate,
  stopAfterIterationUpdate,
  stopNowUpdate,
} from './index.ts';
import { aWhile, hold, isCalled, iterationsOf, planned } from './testing/scripted-answers.ts';
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
  untilCancelled,
} from './testing/scripted-runs.ts';

let runs: ScriptedRuns;
beforeAll(async () => {
  runs = await openScriptedRuns(`controls-${process.pid}`);
}, 60_000);
afterAll(() => runs?.close(), 30_000);

const ask = (handle: WorkflowHandle, update: Control) => handle.executeUpdate(update);

async function refusal(
  handle: WorkflowHandle,
  update: Control,
  ...args: [] | [unknown]
): Promise<string | undefined> {
  const answer = handle.executeUpdate(update.name, { args: args as [unknown] });
  const error: unknown = await answer.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  return (error as WorkflowUpdateFailedError).cause?.message;
}

const shown = (script: Script): unknown[] =>
  script.called('recordStanding').map(({ input }) => input.status);

const statusOf = async (workflowId: string): Promise<string> =>
  (await runs.client.workflow.getHandle(workflowId).describe()).status.name;

describe('a paused run', () => {
  it('finishes the iteration under way, begins no other one, and goes on when it is resumed', async () => {
    const { held, release } = hold();
    const { script, handle } = await runs.start('paused', {
      ...planned({ iterations: 2 }),
      update: held,
    });
    await isCalled(script, 'update');
    const paused = { status: 'paused', iteration: 1, iterations: 2, blocked: [] };
    expect(await ask(handle, pauseUpdate)).toEqual(paused);
    expect(shown(script)).toEqual(['paused']);
    expect(await refusal(handle, pauseUpdate)).toBe(
      'pause: the run is paused already, at iteration 1 of 2; "resume" lets it go on',
    );
    release();
    await eventually('the iteration ends', () => script.called('update').length === 1);
    await aWhile();
    expect(script.called('sample')).toHaveLength(1);
    expect(await handle.query(progressQuery)).toEqual(paused);

    expect(await ask(handle, resumeUpdate)).toMatchObject({ status: 'running' });
    await handle.result();
    expect(script.called('sample')).toHaveLength(2);
    expect(script.called('finishRun')).toHaveLength(1);
    expect(shown(script)).toEqual(['paused', 'running']);
  });

  it('does not continue as new before it is resumed', async () => {
    const { held, release } = hold();
    const { script, handle } = await runs.start('paused-at-the-end-of-a-segment', {
      openRun: (_, tries) => ({
        ...{ ...plan, iterations: 2, iterationsPerSegment: 1, cursor: tries === 1 ? 0 : 3 },
      }),
      update: held,
    });
    await isCalled(script, 'update');
    await ask(handle, pauseUpdate);
    release();
    await aWhile();
    expect(script.called('openRun')).toHaveLength(1);
    await ask(handle, resumeUpdate);
    await handle.result();
    expect(script.called('openRun')).toHaveLength(2);
    expect(iterationsOf(script)).toEqual([1, 2]);
  });

  it('measures the version that it learnt', async () => {
    const { held, release } = hold();
    const evaluation = { everyIterations: 1, samplesPerCompetition: 1 };
    const { script, handle } = await runs.start('paused-and-measuring', {
      ...planned({ iterations: 2, evaluation }),
      update: held,
    });
    const versions = () => script.called('generateEvaluation').map(({ input }) => input.version);
    await isCalled(script, 'update');
    await ask(handle, pauseUpdate);
    release();
    await isCalled(script, 'generateEvaluation', 2);
    await aWhile();
    expect(versions()).toEqual([0, 1]);
    expect(iterationsOf(script)).toEqual([1]);
    await ask(handle, resumeUpdate);
    await handle.result();
    expect(versions()).toEqual([0, 1, 2]);
  });

  it('may be blocked too, and is paused still once that is mended', async () => {
    const failsOnce: Answer = (_, tries) => {
      if (tries === 1) throw ApplicationFailure.nonRetryable('a test');
    };
    const { script, handle } = await runs.start('paused-and-blocked', {
      ...planned({ iterations: 2 }),
      evolve: failsOnce,
    });
    await isCalled(script, 'recordFailure');
    expect(await ask(handle, pauseUpdate)).toMatchObject({ status: 'blocked', blocked: [1] });
    await handle.executeUpdate(retryIterationUpdate, { args: [1] });
    await isCalled(script, 'update');
    expect(script.called('clearFailure')[0]?.input).toMatchObject({ status: 'paused' });
    await aWhile();
    expect(iterationsOf(script)).toEqual([1, 1]);
    await ask(handle, resumeUpdate);
    await handle.result();
    expect(iterationsOf(script)).toEqual([1, 1, 2]);
  });
});

describe('an update that cannot be', () => {
  it('is refused in words that say how the run stands', async () => {
    const { held, release } = hold();
    const { script, handle } = await runs.start('refusing', { update: held, awaitHalt: held });
    await isCalled(script, 'update');
    expect(await refusal(handle, resumeUpdate)).toBe(
      'resume: the run is not paused: it is at iteration 1 of 1',
    );
    expect(await refusal(handle, pauseUpdate, 5)).toBe('pause: expected no input, or {}, got 5');
    expect(await refusal(handle, stopNowUpdate, { now: true })).toBe(
      'stopNow: expected no input, or {}, got {"now":true}',
    );
    await handle.executeUpdate(stopAfterIterationUpdate.name, { args: [{}] });
    for (const update of [pauseUpdate, resumeUpdate, stopAfterIterationUpdate]) {
      expect(await refusal(handle, update)).toBe(
        `${update.name}: the run is stopping, at iteration 1 of 1; "stopNow" ends it at once. ` +
          'Once stopped it goes on when "refusing" is started again',
      );
    }
    release();
    await handle.result();
  });
});

describe('a run that stops after its iteration', () => {
  it('at depth 1 ends when the iteration was learnt from', async () => {
    const { held, release } = hold();
    const { script, handle } = await runs.start('stops', {
      ...planned({ iterations: 3 }),
      ...{ update: held, awaitHalt: held },
    });
    await isCalled(script, 'update');
    expect(await ask(handle, stopAfterIterationUpdate)).toMatchObject({ status: 'stopping' });
    release();
    await handle.result();
    expect(script.called('sample')).toHaveLength(1);
    expect(script.called('finishRun')).toHaveLength(0);
    expect(shown(script)).toEqual(['stopping', 'stopped']);
    expect(await statusOf('stops/iteration/1')).toBe('COMPLETED');
  });

  it('at depth 2 cancels the iteration whose turn to learn does not come', async () => {
    const [first, halt] = [hold(), hold()];
    const { script, handle } = await runs.start('stops-at-depth-2', {
      ...planned({ iterations: 4, pipelineDepth: 2 }),
      awaitTurn: ({ phase }: { phase: { kind: string; index: number } }) => {
        if (phase.kind !== PhaseKind.Learn) return 'now';
        return phase.index === 1 ? first.held() : untilCancelled();
      },
      awaitHalt: halt.held,
    });
    await isCalled(script, 'awaitTurn', 4);
    await ask(handle, stopAfterIterationUpdate);
    first.release();
    await isCalled(script, 'update');
    await aWhile();
    expect(script.called('sample')).toHaveLength(2);
    expect(script.called('awaitHalt')).toMatchObject([{ input: { admitted: 2, blocked: [] } }]);
    halt.release();
    await handle.result();
    expect(await statusOf('stops-at-depth-2/iteration/1')).toBe('COMPLETED');
    expect(await statusOf('stops-at-depth-2/iteration/2')).toBe('CANCELLED');
    expect(shown(script)).toEqual(['stopping', 'stopped']);
  });

  it('finishes when its last iteration was under way', async () => {
    const { held, release } = hold();
    const { script, handle } = await runs.start('stops-last', {
      ...{ update: held, awaitHalt: () => untilCancelled() },
    });
    await isCalled(script, 'update');
    await ask(handle, stopAfterIterationUpdate);
    release();
    await handle.result();
    expect(script.called('finishRun')).toHaveLength(1);
    expect(shown(script)).toEqual(['stopping']);
  });

  it('counts as done what is blocked, also when that comes later', async () => {
    const { held, release } = hold();
    const { script, handle } = await runs.start('stops-blocked', {
      ...planned({ iterations: 3 }),
      evolve: async () => {
        await held();
        throw ApplicationFailure.nonRetryable('a test');
      },
      awaitHalt: ({ blocked }: { blocked: number[] }) =>
        blocked.length === 0 ? untilCancelled() : undefined,
    });
    await isCalled(script, 'evolve');
    await ask(handle, stopAfterIterationUpdate);
    await isCalled(script, 'awaitHalt');
    release();
    await handle.result();
    expect(script.called('awaitHalt').map(({ input }) => input.blocked)).toEqual([[], [1]]);
    expect(shown(script).at(-1)).toBe('stopped');
  });
});

/** Four executions that go on until they are cancelled, and take different times to end then. */
function executing() {
  let count = 0;
  const answers: Answers = {
    sample: () => ({ slots: 2 }),
    readOpenGroup: () => ({ samples: [0, 1], wallSeconds: 60, hostLostAfterSeconds: 1 }),
    execute: (_, tries) =>
      untilCancelled().finally(async () => {
        await pause(200 * tries);
        count += 1;
      }),
  };
  return { answers, endedSoFar: () => count };
}

const waysToEnd: [string, (handle: WorkflowHandle) => Promise<unknown>, string, string][] = [
  ['stopped now', (handle) => ask(handle, stopNowUpdate), 'stopped', 'COMPLETED'],
  ['cancelled', (handle) => handle.cancel(), 'cancelled', 'CANCELLED'],
];
const ended = (handle: WorkflowHandle) => handle.result().catch(nothing);

describe.each(waysToEnd)('a run that is %s', (name, end, recorded, status) => {
  const named = (what: string) => `${name}-${what}`.replaceAll(' ', '-');

  it('ends after everything under way has', async () => {
    const { answers, endedSoFar } = executing();
    const { script, handle } = await runs.start(named('executing'), answers);
    await isCalled(script, 'execute', 4);
    await end(handle);
    await ended(handle);
    expect(endedSoFar()).toBe(4);
    expect(shown(script).at(-1)).toBe(recorded);
    expect(await statusOf(named('executing'))).toBe(status);
    expect(await statusOf(`${named('executing')}/iteration/1/group/1`)).toBe('CANCELLED');
    expect(script.called('stopSandboxes')).toHaveLength(0);
  });

  it('ends the executions that its activities left, on the hosts that answer', async () => {
    const { answers } = executing();
    const { script, handle } = await runs.start(named('leaving'), {
      ...answers,
      hostsOf: () => ({ hosts: [host, 'host-silent'] }),
    });
    await isCalled(script, 'execute', 4);
    await end(handle);
    await ended(handle);
    expect(script.called('giveUpExecutions')).toHaveLength(1);
    expect(script.called('stopSandboxes')).toMatchObject([{ queue: executeQueueOf(host) }]);
    expect(await statusOf(named('leaving'))).toBe(status);
  });

  it.each(['paused', 'blocked'] as const)('may be %s', async (how) => {
    const { script, handle } = await runs.start(named(how), {
      ...planned({ iterations: 2 }),
      evolve: () => {
        if (how === 'blocked') throw ApplicationFailure.nonRetryable('a test');
      },
      ...(how === 'paused' ? { execute: () => pause(300).then(() => ({ verdict: 'ok' })) } : {}),
    });
    await isCalled(script, how === 'blocked' ? 'recordFailure' : 'execute');
    if (how === 'paused') {
      await ask(handle, pauseUpdate);
      await isCalled(script, 'update');
      await aWhile();
    }
    await end(handle);
    await ended(handle);
    expect(await statusOf(named(how))).toBe(status);
    expect(shown(script).at(-1)).toBe(recorded);
  });

  it('ends a child that somebody else started too', async () => {
    const run = named('following');
    runs.scripts.set(run, new Script({ evolve: () => untilCancelled() }));
    const options = { workflowId: `${run}/iteration/1`, taskQueue: TaskQueue.Main };
    const args = [{ run, iteration: 1 }];
    await runs.client.workflow.start('trainingIteration', { ...options, args });
    await isCalled(runs.scripts.get(run)!, 'evolve');
    const { script, handle } = await runs.start(run, {
      followWorkflow: ({ workflowId }: { workflowId: string }) =>
        untilCancelled(runs.client.workflow.getHandle(workflowId).result().catch(nothing)),
    });
    await isCalled(script, 'followWorkflow');
    await end(handle);
    await ended(handle);
    expect(await statusOf(`${run}/iteration/1`)).toBe('CANCELLED');
    expect(await statusOf(run)).toBe(status);
  });
});

describe('a child that is cancelled alone', () => {
  it('blocks the run, which says so and can go on', async () => {
    const { script, handle } = await runs.start('child-cancelled', {
      update: (_, tries) => (tries === 1 ? untilCancelled() : undefined),
    });
    await isCalled(script, 'update');
    await runs.client.workflow.getHandle('child-cancelled/iteration/1').cancel();
    await isCalled(script, 'recordFailure');
    const [error, ...others] = await handle.query(lastErrorsQuery);
    expect(others).toEqual([]);
    expect(error).toMatchObject({ step: 'iteration 1', iteration: 1 });
    expect(error?.reason).toBe('somebody cancelled it');
    expect(Math.abs(Date.now() - Date.parse(error!.at))).toBeLessThan(60_000);
    expect(await handle.query(configQuery)).toEqual({ input: {}, plan });
    await handle.executeUpdate(retryIterationUpdate, { args: [1] });
    await handle.result();
  });
});

describe('an evaluation that fails while an iteration is under way', () => {
  it('ends the run where the config says so', async () => {
    const { script, handle } = await runs.start('evaluation-fails', {
      ...planned({
        onIterationFailure: 'fail',
        evaluation: { everyIterations: 0, samplesPerCompetition: 1 },
      }),
      update: () => untilCancelled(),
      generateEvaluation: async () => {
        await pause(300);
        throw ApplicationFailure.nonRetryable('a test');
      },
    });
    await expect(handle.result()).rejects.toThrow();
    expect(script.called('recordFailure')[0]?.input).toMatchObject({ final: true });
  });
});
