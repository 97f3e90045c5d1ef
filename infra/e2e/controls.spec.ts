import { firstDifference, hostsExecuting, readRun, type RunDigest, waitForHalt } from '@ace/buffer';
import { type Phase, phasesOf } from '@ace/config';
import { FaultPoint } from '@ace/faults';
import { createBubblewrapSandbox, type SandboxName } from '@ace/sandbox';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ace } from './ace.ts';
import { setEnvironment } from './environment.ts';
import { eventually } from './eventually.ts';
import { leftoversOf, nothing } from './leftovers.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 11, iterations: 9, iterationsPerSegment: 6, groups: 1, groupSize: 2 },
  competitions: { train: ['concrete-strength'], heldOut: [] },
  evaluation: { samplesPerCompetition: 1, everyIterations: 3 },
};

let system: System;
let restore: () => void;
beforeAll(async () => {
  restore = setEnvironment({ ACE_SANDBOX: 'bubblewrap' });
  system = await startSystem();
}, 120_000);
afterAll(async () => {
  restore();
  await system?.end();
}, 60_000);

/** What every update of a run answers, in part. */
interface Progress {
  iteration: number;
}

const update = (run: string, name: string): Promise<Progress> =>
  system.client.workflow.getHandle(run).executeUpdate<Progress, []>(name);

const recordOf = async (run: string) => (await readRun(system.db, run))!;

async function phaseOf(run: string): Promise<Phase | undefined> {
  const { config: stored, cursor } = await recordOf(run);
  return phasesOf(stored)[cursor];
}

const count = async (query: string, run: string): Promise<number> =>
  (await system.db.pool.query(query, [run])).rowCount ?? 0;
const openAttempts = `SELECT FROM completions
  LEFT JOIN grades g USING (run, track, iteration, slot, sample) WHERE run = $1 AND g.run IS NULL`;

/** What the run does when it goes on. */
const toBeDone = ['attempt without a grade', 'group without attempts'];

async function expectNothingLeft(run: string, status: string): Promise<void> {
  expect(await recordOf(run)).toMatchObject({ status });
  const { rows, ...left } = await leftovers();
  expect({ ...left, rows: [] }).toEqual(nothing);
  expect(rows.filter((row) => row.startsWith('execution'))).toEqual([]);
  // Temporal takes a moment to list a workflow as closed.
  await eventually('nothing is open any more', async () => {
    const open = (row: string) => !toBeDone.some((kind) => row.startsWith(kind));
    return (await leftovers()).rows.filter(open).length === 0;
  });
}

const leftovers = () => {
  const { home, db, client } = system;
  return leftoversOf({ home, db, client, docker: null });
};

async function twoProgramsRun(run: string): Promise<void> {
  const { home, python, db } = system;
  const sandbox = createBubblewrapSandbox({ root: join(home.root, 'sandboxes'), python });
  await eventually('two programs run', async () => {
    const { rows } = await db.pool.query<SandboxName>(
      `SELECT run, concat_ws('.', track, iteration, slot, sample) AS attempt, execution
       FROM executions WHERE run = $1 AND track = 'train' AND ended_at IS NULL`,
      [run],
    );
    const standings = await Promise.all(rows.map((name) => sandbox.find(name)));
    return String(standings) === 'running,running';
  });
}

/** The commands take seconds, in which a run that is not paused may come to its end. */
async function stopByCommand(run: string): Promise<void> {
  const { home } = system;
  await update(run, 'pause');
  await expect(ace(home, 'pause', run)).rejects.toThrow(/the run is paused already, at iteration/);
  expect(await ace(home, 'resume', run)).toContain(`${run}: running again, at iteration`);
  await update(run, 'pause');
  expect(await ace(home, 'stop', run, '--now')).toBe(
    `${run}: stopped. To go on:\n  npm run ace -- train --name ${run}\n`,
  );
  await expect(ace(home, 'pause', run)).rejects.toThrow(/no workflow works on it now/);
}

describe.each([1, 2])('a run at pipeline depth %i', (pipelineDepth) => {
  const run = `controlled-${pipelineDepth}`;
  const input = { ...config, pipelineDepth };
  let undisturbed: RunDigest;
  beforeAll(async () => {
    await system.train(`undisturbed-${pipelineDepth}`, input);
    await system.ended(`undisturbed-${pipelineDepth}`);
    undisturbed = await system.digest(`undisturbed-${pipelineDepth}`);
    await system.forgetArtifacts();
  }, 120_000);

  it('pauses: what was begun goes on to its end, and nothing else begins', async () => {
    await system.train(run, input);
    await eventually('an attempt is under way', async () => {
      return (await hostsExecuting(system.db, run)).length > 0;
    });
    const { iteration } = await update(run, 'pause');
    expect((await recordOf(run)).status).toBe('paused');
    const begun = { upTo: iteration, blocked: [] };
    await waitForHalt(system.db, run, begun, { pollMs: 100, signal: AbortSignal.timeout(30_000) });
    const halted = await phaseOf(run);
    await sleep(500);
    expect(await phaseOf(run)).toEqual(halted);
    const begunSince = `SELECT FROM groups WHERE run = $1 AND iteration > ${iteration}`;
    expect(await count(begunSince, run)).toBe(0);
    await update(run, 'resume');
    expect((await recordOf(run)).status).toBe('running');
  }, 60_000);

  it('stops after its iteration', async () => {
    await eventually('it acts again', async () => (await count(openAttempts, run)) > 0);
    const { iteration } = await update(run, 'stopAfterIteration');
    await system.ended(run);
    await expectNothingLeft(run, 'stopped');
    expect(await count(openAttempts, run)).toBe(0);
    expect(await phaseOf(run)).toEqual({ kind: 'act', index: iteration + 1 });
  }, 60_000);

  it('stops now, over programs that run', async () => {
    await system.train(run, input);
    await twoProgramsRun(run);
    if (pipelineDepth === 1) await stopByCommand(run);
    else await update(run, 'stopNow');
    await system.ended(run);
    await expectNothingLeft(run, 'stopped');
  }, 60_000);

  it('is cancelled over programs that run', async () => {
    await system.train(run, input);
    await twoProgramsRun(run);
    await system.client.workflow.getHandle(run).cancel();
    await expect(system.ended(run)).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await expectNothingLeft(run, 'cancelled');
  }, 60_000);

  it('stops, though the worker dies over that', async () => {
    await system.train(run, input);
    await twoProgramsRun(run);
    await update(run, 'stopNow');
    await system.kill('worker');
    await system.revive();
    await system.ended(run);
    await expectNothingLeft(run, 'stopped');
  }, 90_000);

  it('goes on under its name each time, and ends with the digest of an undisturbed run', async () => {
    await system.train(run, input);
    await system.ended(run);
    const digest = await system.digest(run);
    expect(firstDifference(undisturbed, digest)).toBeNull();
    expect(digest.total).toBe(undisturbed.total);
    await expectNothingLeft(run, 'finished');
  }, 90_000);
});

describe('a run whose limits are changed while it goes on', () => {
  const input = { ...config, pipelineDepth: 2 };
  const change = { groups: 2, iterations: 4, learningRate: 0.02, fromIteration: 3 };

  /** Iteration 3 waits for the programs of iteration 1. */
  async function begin(run: string): Promise<void> {
    await system.train(run, input);
    const chosen = 'SELECT FROM groups WHERE run = $1';
    await eventually('it chooses states', async () => (await count(chosen, run)) > 0);
  }

  it('does otherwise from there on, and as before until then', async () => {
    await begin('changed');
    await update('changed', 'pause');
    const flags = ['--groups', '2', '--iterations', '4', '--learning-rate', '0.02', '--from', '3'];
    expect(await ace(system.home, 'change', 'changed', ...flags)).toBe(
      'changed: from iteration 3 on of 4: 2 groups, learning rate 0.02\n',
    );
    await update('changed', 'resume');
    await system.ended('changed');
    const groupsOf = (iteration: number): Promise<number> =>
      count(
        `SELECT FROM groups WHERE (run, track, iteration) = ($1, 'train', ${iteration})`,
        'changed',
      );
    expect(await Promise.all([1, 2, 3, 4, 5].map(groupsOf))).toEqual([1, 1, 2, 2, 0]);
    const unchanged = await system.digest('undisturbed-2');
    const difference = firstDifference(unchanged, await system.digest('changed'));
    expect(difference).toMatch(/^iteration 3: .*limit_changes/);
  }, 60_000);

  it('ends with the same digest, though the worker dies between the change and its answer', async () => {
    const run = 'changed-over-death';
    await system.forgetArtifacts();
    await system.faults.arm(FaultPoint.LimitsChanged, 1);
    await begin(run);
    const answer = system.client.workflow
      .getHandle(run)
      .executeUpdate<object, [object]>('changeLimits', { args: [change] });
    await eventually('the change is recorded', () => system.faults.wasHit());
    await system.died('worker');
    await system.faults.disarm();
    await system.revive();
    expect(await answer).toEqual(change);
    await system.ended(run);
    const [expected, digest] = await Promise.all(['changed', run].map((one) => system.digest(one)));
    expect(firstDifference(expected!, digest!)).toBeNull();
    expect((await recordOf(run)).changes).toHaveLength(1);
    await expectNothingLeft(run, 'finished');
  }, 90_000);
});
