import { type ReplayInput, TaskQueue } from '@ace/config';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, rootCause } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Replayed } from './index.ts';
import {
  type Answers,
  eventually,
  openScriptedRuns,
  Script,
  type ScriptedRuns,
  untilCancelled,
} from './testing/scripted-runs.ts';

let runs: ScriptedRuns;
beforeAll(async () => {
  runs = await openScriptedRuns(`replay-group-${process.pid}`);
}, 60_000);
afterAll(() => runs?.close(), 30_000);

type Replay = WorkflowHandle<(input: ReplayInput) => Promise<Replayed>>;

/** Group 2 of iteration 3 of a run that has no workflow of its own. */
async function replay(
  run: string,
  mode: ReplayInput['mode'],
  answers: Answers,
): Promise<{ script: Script; handle: Replay }> {
  const script = new Script(answers);
  runs.scripts.set(run, script);
  const input: ReplayInput = { run, iteration: 3, mode, group: 2 };
  const handle = await runs.client.workflow.start('replayIteration', {
    ...{ workflowId: `${run}/${mode}`, taskQueue: TaskQueue.Main, args: [input] },
  });
  return { script, handle: handle as Replay };
}

const group = (run: string) => ({ run, track: 'train', iteration: 3, slot: 2 });
const open = (...samples: number[]) => ({
  readOpenGroup: () => ({ samples, wallSeconds: 10, hostLostAfterSeconds: 1 }),
});
const names = ({ calls }: Script): string[] => calls.map(({ name }) => name);
/** In the order of the samples: they go on at once. */
const executed = (script: Script): unknown[] =>
  script
    .called('execute')
    .map(({ input }) => input.attempt as { sample: number })
    .sort((a, b) => a.sample - b.sample);
const broken = ApplicationFailure.create({
  ...{ type: 'InfrastructureFailed', message: 'the grader is broken', nonRetryable: true },
});

describe('one group that is retried', () => {
  it('has its open attempts executed and graded, under the id of its iteration’s child', async () => {
    const { script, handle } = await replay('alone', 'retry', {
      ...open(1, 4),
      countEnds: () => ({ valid: 1, crashed: 1 }),
    });
    expect(await handle.result()).toEqual({
      ...{ mode: 'retry', run: 'alone', group: 2, open: 2 },
      became: { valid: 1, crashed: 1 },
    });
    expect(executed(script)).toEqual([
      { ...group('alone'), sample: 1 },
      { ...group('alone'), sample: 4 },
    ]);
    expect(script.called('grade')).toHaveLength(2);
    expect(script.called('countEnds')[0]?.input).toEqual({ ...group('alone'), samples: [1, 4] });
    const child = runs.client.workflow.getHandle('alone/iteration/3/group/2');
    expect((await child.describe()).status.name).toBe('COMPLETED');
    // Neither the run is told to go on, nor anything else of it done.
    const own = ['planReplay', 'readOpenGroup', 'execute', 'grade', 'countEnds'];
    expect([...new Set(names(script))].sort()).toEqual(own.sort());
  });

  it('without an open attempt is told at once that there is nothing to do', async () => {
    const { script, handle } = await replay('closed', 'retry', open());
    expect(await handle.result()).toEqual({
      ...{ mode: 'retry', run: 'closed', group: 2, open: 0, became: {} },
    });
    expect(names(script)).toEqual(['planReplay', 'readOpenGroup']);
  });

  it('follows whoever executes it already, and leaves nothing to do twice', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const run = 'taken';
    runs.scripts.set(run, new Script({ ...open(0), grade: () => untilCancelled(held) }));
    const before = runs.scripts.get(run)!;
    const child = await runs.client.workflow.start('executionGroup', {
      ...{ workflowId: `${run}/iteration/3/group/2`, taskQueue: TaskQueue.Main },
      args: [group(run)],
    });
    await eventually('it grades', () => before.called('grade').length === 1);
    const { script, handle } = await replay(run, 'retry', {
      readOpenGroup: (_, tries) => ({
        ...open(0).readOpenGroup(),
        samples: tries === 1 ? [0] : [],
      }),
      followWorkflow: () => child.result(),
      countEnds: () => ({ valid: 1 }),
    });
    await eventually('it is followed', () => script.called('followWorkflow').length === 1);
    expect(script.called('execute')).toHaveLength(0);
    release();
    expect(await handle.result()).toMatchObject({ open: 1, became: { valid: 1 } });
    expect(script.called('execute')).toHaveLength(0);
  });

  it('says what failed when the cause is not mended', async () => {
    const { script, handle } = await replay('not-mended', 'retry', {
      grade: () => {
        throw broken;
      },
    });
    const failed: unknown = await handle.result().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect(rootCause((failed as WorkflowFailedError).cause)).toBe('the grader is broken');
    expect(script.called('countEnds')).toHaveLength(0);
  });
});

describe('one group that is verified', () => {
  const different = {
    ...{ what: 'grades', original: 4, again: 4, differing: 2, first: 'sample 1: valid' },
  };

  it('is executed and graded again in the scratch schema, and nothing else is', async () => {
    const { script, handle } = await replay('verified', 'verify', {
      ...open(0, 1),
      compareScratchGroup: () => [different],
    });
    expect(await handle.result()).toEqual({
      ...{ mode: 'verify', tables: [different], differences: 2 },
      leftOut: 'sampling, generation, evolve and update: one group alone is executed and graded',
    });
    const [opened] = script.called('openScratchGroup');
    const { scratch } = opened!.input as { scratch: string };
    expect(scratch).toMatch(/^~verified~3~[0-9a-f]{8}$/);
    expect(opened?.input).toEqual({ ...group('verified'), scratch });
    expect(executed(script)).toEqual([0, 1].map((sample) => ({ ...group(scratch), sample })));
    expect(script.called('grade')).toHaveLength(2);
    expect(script.called('compareScratchGroup')[0]?.input).toEqual(opened?.input);
    expect(names(script).at(-1)).toBe('dropScratch');
    expect(script.called('dropScratch')[0]?.input).toEqual({ scratch });
    for (const left of ['sample', 'generate', 'evolve', 'update'] as const)
      expect(script.called(left)).toHaveLength(0);
  });

  it('leaves nothing behind when it fails', async () => {
    const { script, handle } = await replay('fails', 'verify', {
      execute: () => {
        throw broken;
      },
    });
    await expect(handle.result()).rejects.toThrow();
    expect(names(script).at(-1)).toBe('dropScratch');
  });

  it.each(['openScratchGroup', 'execute'] as const)(
    'leaves nothing behind when it is cancelled in %s',
    async (where) => {
      const run = `cancelled-${where}`;
      const { script, handle } = await replay(run, 'verify', { [where]: () => untilCancelled() });
      await eventually('it is under way', () => script.called(where).length === 1);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect(names(script).at(-1)).toBe('dropScratch');
      expect(script.called('compareScratchGroup')).toHaveLength(0);
    },
  );
});
