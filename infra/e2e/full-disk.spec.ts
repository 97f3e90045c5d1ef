import { firstDifference, type RunDigest } from '@ace/buffer';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Home } from '../src/home.ts';
import { eventually } from './eventually.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 31, iterations: 2, groups: 2, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

const megabytes = 64;
/** Longer than the longest pause between two tries. */
const fullMs = 6000;

let workers: SmallDisk;
let engines: SmallDisk;
let system: System;
let undisturbed: RunDigest;

beforeAll(async () => {
  system = await startSystem({ prepare: mountDisks });
  await system.train('undisturbed', config);
  await system.ended('undisturbed');
  undisturbed = await system.digest('undisturbed');
}, 240_000);
afterEach(async () => {
  await Promise.all([workers.free(), engines.free()]);
  await system.tidy();
}, 60_000);
afterAll(() => system?.end(), 60_000);

describe('a run waits, and ends as if nothing had happened, when for some seconds', () => {
  it.each<[string, () => SmallDisk]>([
    ["the worker's disk is full, with its artifacts and its sandboxes", () => workers],
    ["the policy engine's disk is full, with its checkpoints", () => engines],
  ])(
    '%s',
    async (what, diskOf) => {
      const run = what.replaceAll(/[^A-Za-z]+/g, '-');
      const disk = diskOf();
      await system.forgetArtifacts();
      await system.train(run, config);
      await underWay(run);
      const before = await complaints();
      await disk.fill();
      await eventually('a step fails for it', async () => (await complaints()) > before, 120);
      await sleep(fullMs);
      await disk.free();
      await system.ended(run);
      expect(firstDifference(undisturbed, await system.digest(run))).toBeNull();
    },
    240_000,
  );
});

/** One disk for all that the worker keeps, another one for the engine's store. */
async function mountDisks(home: Home): Promise<void> {
  const disk = join(home.root, 'disk');
  workers = await mountSmallDisk(disk, megabytes);
  for (const folder of ['artifacts', 'sandboxes']) {
    await mkdir(join(disk, folder));
    await symlink(join(disk, folder), join(home.root, folder));
  }
  engines = await mountSmallDisk(join(home.data, 'engine'), megabytes);
}

const underWay = (run: string): Promise<void> =>
  eventually(`${run} executes its first iteration`, async () => {
    const query = 'SELECT FROM executions WHERE run = $1';
    return ((await system.db.pool.query(query, [run])).rowCount ?? 0) > 0;
  });

/** How often the worker's log says that there is no space. */
async function complaints(): Promise<number> {
  const log = await readFile(join(system.home.logs, 'worker.log'), 'utf8');
  return log.split(/no space left/i).length - 1;
}
