import { firstDifference, type RunDigest } from '@ace/buffer';
import { FaultPoint } from '@ace/faults';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ContainerSystem,
  executionsOf,
  followCreations,
  quicken,
  type RunningContainer,
  runningOf,
  slowed,
  startContainerSystem,
} from './containers.ts';
import { eventually } from './eventually.ts';

const config = {
  ...{ seed: 11, iterations: 1, groups: 2, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'house-prices'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};
const attempts = 2 * 4;

let system: ContainerSystem;
let undisturbed: RunDigest;

beforeAll(async () => {
  system = await startContainerSystem('host-a');
  await system.train('undisturbed', config);
  await system.ended('undisturbed');
  undisturbed = await system.digest('undisturbed');
}, 400_000);

afterEach(() => system.tidy(), 120_000);
afterAll(() => system?.end(), 120_000);

async function expectUndisturbed(run: string): Promise<void> {
  await system.ended(run);
  const digest = await system.digest(run);
  expect(firstDifference(undisturbed, digest)).toBeNull();
  expect(digest.total).toBe(undisturbed.total);
}

/** Starts a run and waits for a moment at which two of its containers run, slowly from then on. */
async function trainUntilTwoRun(run: string): Promise<RunningContainer[]> {
  await system.train(run, config);
  let found: RunningContainer[] | null = null;
  await eventually('two containers run', async () => {
    found = await slowed(system, run, 2);
    return found !== null;
  });
  return found!;
}

describe('a run in containers', () => {
  it('whose worker is killed while two run: they go on, each was made once, and all ends as if nothing had happened', async () => {
    const run = 'killed-worker';
    const creations = await followCreations(system.docker, run);
    const before = await trainUntilTwoRun(run);
    await system.kill('worker');
    await system.revive();
    expect(await runningOf(system.docker, run)).toEqual(expect.arrayContaining(before));

    await quicken(system.docker, before);
    await expectUndisturbed(run);
    const made = (await executionsOf(system.db, run)).map(
      ({ attempt, execution }) => `${attempt} ${execution}`,
    );
    expect(creations.names().sort()).toEqual(made.sort());
    expect(made).toHaveLength(attempts);
    expect(made.filter((name) => !name.endsWith(' 1'))).toEqual([]);
    creations.end();
  }, 400_000);

  it('whose worker dies at every line on the way to a running container: it is found, and each was made once', async () => {
    const run = 'dies-on-the-way';
    const creations = await followCreations(system.docker, run);
    for (const point of [
      FaultPoint.ContainerCreated,
      FaultPoint.ContainerStarted,
      FaultPoint.SandboxStarted,
    ]) {
      await system.faults.arm(point, 2);
      await (point === FaultPoint.ContainerCreated ? system.train(run, config) : system.revive());
      await eventually(`a worker reaches "${point}"`, () => system.faults.wasHit(), 300);
      await system.died('worker');
    }
    await system.revive();
    await expectUndisturbed(run);
    const rows = await executionsOf(system.db, run);
    expect(rows.filter(({ execution }) => execution > 1)).toEqual([]);
    expect(creations.names().sort()).toEqual(rows.map(({ attempt }) => `${attempt} 1`).sort());
    creations.end();
  }, 900_000);

  it('whose engine is killed, with live-restore: they go on, and all are collected as execution 1', async () => {
    const run = 'killed-engine';
    const before = await trainUntilTwoRun(run);
    await system.dockerEngine.kill();
    await sleep(1000);
    expect(before.map(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([true, true]);
    await system.dockerEngine.start();
    expect(await runningOf(system.docker, run)).toEqual(before);

    await quicken(system.docker, before);
    await expectUndisturbed(run);
    const rows = await executionsOf(system.db, run);
    expect(rows).toHaveLength(attempts);
    expect(rows.filter((row) => row.execution !== 1 || row.outcome !== 'finished')).toEqual([]);
  }, 400_000);

  it('whose engine is killed, without live-restore: what ran is run once more, and the record says why', async () => {
    const run = 'killed-engine-without-live-restore';
    const before = await trainUntilTwoRun(run);
    await system.dockerEngine.kill();
    await system.dockerEngine.start({ liveRestore: false });
    expect(before.map(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([false, false]);

    await expectUndisturbed(run);
    const rows = await executionsOf(system.db, run);
    const why = expect.stringMatching(/^the sandbox (vanished|ended without a result)$/) as string;
    expect(rows.filter(({ outcome }) => outcome !== 'finished')).toEqual(
      before.map(({ attempt }) => {
        return { attempt, execution: 1, host: 'host-a', outcome: 'host lost', why };
      }),
    );
    const again = rows.filter(({ execution }) => execution > 1);
    expect(again).toMatchObject(before.map(({ attempt }) => ({ attempt, execution: 2 })));
    expect(rows).toHaveLength(attempts + 2);
  }, 400_000);
});
