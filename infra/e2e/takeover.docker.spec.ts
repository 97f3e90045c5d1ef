import { firstDifference } from '@ace/buffer';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  ...{ seed: 13, iterations: 1, groups: 1, groupSize: 2, hostLostAfterSeconds: 2 },
  competitions: { train: ['concrete-strength'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

let system: ContainerSystem;
beforeAll(async () => {
  system = await startContainerSystem('host-a');
}, 240_000);
afterAll(() => system?.end(), 120_000);

it('a host that stays away: another one runs its attempts, once, and what it left goes when it is back', async () => {
  await system.train('undisturbed', config);
  await system.ended('undisturbed');

  const run = 'taken-over';
  const creations = await followCreations(system.docker, run);
  await system.train(run, config);
  let left: RunningContainer[] = [];
  await eventually('two containers run on host-a', async () => {
    left = (await slowed(system, run, 2)) ?? [];
    return left.length === 2;
  });
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
  expect(firstDifference(await system.digest('undisturbed'), await system.digest(run))).toBeNull();
}, 400_000);

const foldersOf = ({ root }: { root: string }): Promise<string[]> =>
  readdir(join(root, 'containers', 'executions'));

/** Whose results were stored. */
async function executionsOfResults(run: string): Promise<number[]> {
  const query = 'SELECT execution FROM results WHERE run = $1';
  const { rows } = await system.db.pool.query<{ execution: number }>(query, [run]);
  return rows.map(({ execution }) => execution);
}
