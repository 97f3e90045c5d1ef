import { firstDifference, readRun } from '@ace/buffer';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ace } from './ace.ts';
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

/** No more attempts than slots, so that both are under way when the host goes. */
const config = {
  ...{ seed: 13, iterations: 1, groups: 1, groupSize: 2 },
  ...{ hostLostAfterSeconds: 2, giveUpAfterSeconds: 10 },
  competitions: { train: ['concrete-strength'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

let system: ContainerSystem;
beforeAll(async () => {
  system = await startContainerSystem('host-a');
  await system.train('undisturbed', config);
  await system.ended('undisturbed');
}, 240_000);
afterAll(() => system?.end(), 120_000);

async function trainUntilTwoRun(run: string): Promise<RunningContainer[]> {
  await system.train(run, config);
  let found: RunningContainer[] = [];
  await eventually('two containers run on host-a', async () => {
    found = (await slowed(system, run, 2)) ?? [];
    return found.length === 2;
  });
  return found;
}

async function expectUndisturbed(run: string): Promise<void> {
  const digest = await system.digest('undisturbed');
  expect(firstDifference(digest, await system.digest(run))).toBeNull();
}

it('a Docker engine that stays away blocks the run; when it is back, `replay --mode retry` goes on with what ran', async () => {
  const run = 'without-docker';
  const left = await trainUntilTwoRun(run);
  await system.dockerEngine.kill();
  const isBlocked = async () => (await readRun(system.db, run))?.status === 'blocked';
  await eventually('the run is blocked', isBlocked, 120);
  expect((await readRun(system.db, run))?.failure).toMatchObject({
    ...{ iteration: 1, step: 'iteration 1' },
    reason: expect.stringMatching(/^execute has failed for 0\.\d min, last with: /) as string,
  });

  await system.dockerEngine.start();
  await quicken(system.docker, left);
  await ace(system.home, 'replay', run, '--iteration', '1', '--mode', 'retry');
  await system.ended(run);
  const executed = await executionsOf(system.db, run);
  expect(executed).toMatchObject(left.map(({ attempt }) => ({ attempt, outcome: 'finished' })));
  expect(executed.map(({ execution }) => execution)).toEqual([1, 1]);
  await expectUndisturbed(run);
}, 300_000);

it('a host that stays away: another one runs its attempts, once, and what it left goes when it is back', async () => {
  const run = 'taken-over';
  const creations = await followCreations(system.docker, run);
  const left = await trainUntilTwoRun(run);
  await system.kill('worker');
  const other = await system.addWorker('host-b');
  await system.ended(run);

  // What the lost host has goes on, comes to a result, and is nobody's.
  await quicken(system.docker, left);
  await eventually('they end', async () => (await runningOf(system.docker, run)).length === 0);
  expect(await foldersOf(system.home)).toHaveLength(2);
  await system.revive();
  expect(await foldersOf(system.home)).toEqual([]);
  expect(await foldersOf(other)).toEqual([]);
  expect(await system.docker.listContainers({ all: true })).toEqual([]);

  const [lost, won] = [
    { execution: 1, host: 'host-a', outcome: 'host lost', why: 'taken over by host-b' },
    { execution: 2, host: 'host-b', outcome: 'finished', why: null },
  ];
  expect(await executionsOf(system.db, run)).toEqual(
    left.flatMap(({ attempt }) => [lost, won].map((row) => ({ attempt, ...row }))),
  );
  expect(await executionsOfResults(run)).toEqual([2, 2]);
  expect(creations.names().sort()).toEqual(
    left.flatMap(({ attempt }) => [`${attempt} 1`, `${attempt} 2`]),
  );
  creations.end();
  await expectUndisturbed(run);
}, 400_000);

const foldersOf = ({ root }: { root: string }): Promise<string[]> =>
  readdir(join(root, 'containers', 'executions'));

/** Whose results were stored. */
async function executionsOfResults(run: string): Promise<number[]> {
  const query = 'SELECT execution FROM results WHERE run = $1';
  const { rows } = await system.db.pool.query<{ execution: number }>(query, [run]);
  return rows.map(({ execution }) => execution);
}
