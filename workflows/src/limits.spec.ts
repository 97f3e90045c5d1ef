import { PhaseKind } from '@ace/config';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeLimitsUpdate,
  configQuery,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
  retryIterationUpdate,
  stopAfterIterationUpdate,
} from './index.ts';
import { aWhile, hold, isCalled, iterationsOf, planned } from './testing/scripted-answers.ts';
import {
  plan,
  openScriptedRuns,
  pause,
  type Script,
  type ScriptedRuns,
  untilCancelled,
} from './testing/scripted-runs.ts';

let runs: ScriptedRuns;
beforeAll(async () => {
  runs = await openScriptedRuns(`limits-${process.pid}`);
}, 60_000);
afterAll(() => runs?.close(), 30_000);

/** What the record answers. */
const held = (iterations: number, fromIteration = 2) => ({
  ...{ fromIteration, iterations, groups: 4, learningRate: 0.01 },
});

const change = (handle: WorkflowHandle, asked: object) =>
  handle.executeUpdate(changeLimitsUpdate, { args: [asked] });

async function refusal(handle: WorkflowHandle, ...args: unknown[]): Promise<string | undefined> {
  const answer = handle.executeUpdate(changeLimitsUpdate.name, { args: args as [unknown] });
  const error: unknown = await answer.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  return (error as WorkflowUpdateFailedError).cause?.message;
}

const measured = (script: Script): unknown[] =>
  script.called('generateEvaluation').map(({ input }) => input.version);

describe('a run whose limits are changed while it goes on', () => {
  const evaluation = { everyIterations: 0, samplesPerCompetition: 1 };

  it.each([
    ['shortened', 6, 2],
    ['lengthened', 2, 3],
  ])('and that is %s ends there, and measures its last version once', async (how, from, to) => {
    const update = hold();
    const { script, handle } = await runs.start(how, {
      ...planned({ iterations: from, evaluation }),
      update: update.held,
      changeLimits: () => held(to),
    });
    await isCalled(script, 'update');
    expect(await change(handle, { iterations: to })).toEqual(held(to));
    const asked = { run: how, admitted: 1, change: { iterations: to } };
    expect(script.called('changeLimits')).toMatchObject([{ input: asked }]);
    expect(await handle.query(progressQuery)).toMatchObject({ iteration: 1, iterations: to });
    expect((await handle.query(configQuery)).plan.iterations).toBe(to);
    update.release();
    await handle.result();
    expect(iterationsOf(script)).toEqual(Array.from({ length: to }, (_, index) => index + 1));
    expect(measured(script)).toEqual([0, to]);
    const finish = { phase: { kind: PhaseKind.Finish, index: to } };
    expect(script.called('awaitTurn').at(-1)?.input).toMatchObject(finish);
  });

  it('begins no iteration before the change is in the record', async () => {
    const [update, recording] = [hold(), hold()];
    const { script, handle } = await runs.start('recording', {
      ...planned({ iterations: 2 }),
      update: update.held,
      changeLimits: () => recording.held().then(() => held(2)),
    });
    await isCalled(script, 'update');
    const answered = change(handle, { groups: 4 });
    await isCalled(script, 'changeLimits');
    update.release();
    await aWhile();
    expect(iterationsOf(script)).toEqual([1]);
    recording.release();
    expect(await answered).toEqual(held(2));
    await handle.result();
    expect(iterationsOf(script)).toEqual([1, 2]);
  });

  it('at depth 2 may drain its segment, which ends where it did', async () => {
    const learning = hold();
    const { script, handle } = await runs.start('draining', {
      openRun: (_, tries) => ({
        ...{ ...plan, iterations: tries === 1 ? 4 : 3, pipelineDepth: 2, iterationsPerSegment: 2 },
        cursor: tries === 1 ? 0 : 5,
      }),
      awaitTurn: ({ phase }: { phase: { kind: string; index: number } }) =>
        phase.kind === PhaseKind.Learn && phase.index === 1 ? learning.held() : 'now',
      changeLimits: () => held(3, 3),
    });
    await isCalled(script, 'sample', 2);
    await change(handle, { iterations: 3 });
    learning.release();
    await handle.result();
    expect(script.called('openRun')).toHaveLength(2);
    expect(iterationsOf(script).sort()).toEqual([1, 2, 3]);
  });

  it.each(['paused', 'blocked'] as const)('may be %s', async (how) => {
    const { script, handle } = await runs.start(`changed-${how}`, {
      ...planned({ iterations: 3 }),
      evolve: async (_, tries) => {
        if (how === 'paused') return pause(300);
        if (tries === 1) throw ApplicationFailure.nonRetryable('a test');
      },
      changeLimits: () => held(2),
    });
    await isCalled(script, how === 'paused' ? 'evolve' : 'recordFailure');
    if (how === 'paused') await handle.executeUpdate(pauseUpdate);
    await change(handle, { iterations: 2 });
    expect(await handle.query(progressQuery)).toMatchObject({ status: how, iterations: 2 });
    if (how === 'paused') await handle.executeUpdate(resumeUpdate);
    else await handle.executeUpdate(retryIterationUpdate, { args: [1] });
    await handle.result();
    expect(new Set(iterationsOf(script))).toEqual(new Set([1, 2]));
  });

  it('stops over the change, once that is in the record', async () => {
    const [update, recording] = [hold(), hold()];
    const { script, handle } = await runs.start('stopped-over-it', {
      ...planned({ iterations: 3 }),
      ...{ update: update.held, awaitHalt: update.held },
      changeLimits: () => recording.held().then(() => held(2)),
    });
    await isCalled(script, 'update');
    const answered = change(handle, { iterations: 2 });
    await isCalled(script, 'changeLimits');
    const stopping = handle.executeUpdate(stopAfterIterationUpdate);
    update.release();
    await aWhile();
    recording.release();
    expect(await answered).toEqual(held(2));
    await stopping;
    await handle.result();
    expect(iterationsOf(script)).toEqual([1]);
    expect(script.called('recordStanding').at(-1)?.input).toMatchObject({ status: 'stopped' });
  });

  it('is cancelled over the change, which is recorded and answered', async () => {
    const recording = hold();
    const { script, handle } = await runs.start('cancelled-over-it', {
      ...planned({ iterations: 3 }),
      update: () => untilCancelled(),
      changeLimits: () => recording.held().then(() => held(2)),
    });
    await isCalled(script, 'update');
    const answered = change(handle, { iterations: 2 });
    await isCalled(script, 'changeLimits');
    await handle.cancel();
    await aWhile();
    recording.release();
    expect(await answered).toEqual(held(2));
    await expect(handle.result()).rejects.toThrow();
  });
});

describe('a change of limits that cannot be', () => {
  it('is refused in words that name the field', async () => {
    const update = hold();
    const { script, handle } = await runs.start('refusing', {
      ...planned({ iterations: 3 }),
      ...{ update: update.held, awaitHalt: update.held },
    });
    await isCalled(script, 'update');
    const words: [unknown[], string][] = [
      [[{ slots: 4 }], 'slots: unknown field, expected one of iterations, groups, '],
      [[{ groups: 'four' }], 'groups: expected a whole number from 1 to 256, got "four"'],
      [[], 'expected one JSON object, such as {"groups": 4, "fromIteration": 9}, got nothing'],
      [[{ groups: 2 }, 3], 'expected one JSON object, got more'],
      [
        [{ iterations: 1 }],
        'iterations: expected more than 1, the newest iteration that was begun',
      ],
      [[{ groups: 2, fromIteration: 1 }], 'fromIteration: expected 2 to 3, not begun yet, got 1'],
    ];
    for (const [given, reason] of words) {
      expect(await refusal(handle, ...given)).toContain(`changeLimits: ${reason}`);
    }
    await handle.executeUpdate(stopAfterIterationUpdate);
    expect(await refusal(handle, { groups: 2 })).toBe(
      'changeLimits: the run is stopping, at iteration 1 of 3; "stopNow" ends it at once. ' +
        'Once stopped it goes on when "refusing" is started again',
    );
    expect(script.called('changeLimits')).toHaveLength(0);
    update.release();
    await handle.result();
  });

  it('is refused while the last iteration is under way', async () => {
    const update = hold();
    const { script, handle } = await runs.start('last', { update: update.held });
    await isCalled(script, 'update');
    expect(await refusal(handle, { iterations: 5 })).toBe(
      'changeLimits: every iteration was begun already (1): no change would hold of any',
    );
    update.release();
    await handle.result();
  });

  it('in the words of the record leaves the run as it was', async () => {
    const update = hold();
    const { script, handle } = await runs.start('refused-by-record', {
      ...planned({ iterations: 2 }),
      update: update.held,
      changeLimits: () => {
        const message = 'changeLimits: minGroups: expected at most groups (2), got 4';
        throw ApplicationFailure.create({ type: 'InvalidInput', message, nonRetryable: true });
      },
    });
    await isCalled(script, 'update');
    expect(await refusal(handle, { groups: 2, iterations: 5 })).toBe(
      'changeLimits: minGroups: expected at most groups (2), got 4',
    );
    expect(await handle.query(progressQuery)).toMatchObject({ iterations: 2 });
    update.release();
    await handle.result();
    expect(iterationsOf(script)).toEqual([1, 2]);
  });

  it('by one that was recorded meanwhile is refused by what holds then', async () => {
    const [update, recording] = [hold(), hold()];
    const { script, handle } = await runs.start('one-after-the-other', {
      ...planned({ iterations: 9 }),
      update: update.held,
      changeLimits: () => recording.held().then(() => held(2)),
    });
    await isCalled(script, 'update');
    const first = change(handle, { iterations: 2 });
    await isCalled(script, 'changeLimits');
    const second = refusal(handle, { groups: 2, fromIteration: 5 });
    await aWhile();
    recording.release();
    expect(await first).toEqual(held(2));
    expect(await second).toBe('changeLimits: fromIteration: expected 2, not begun yet, got 5');
    expect(script.called('changeLimits')).toHaveLength(1);
    update.release();
    await handle.result();
  });
});
