import { firstDifference, type RunDigest } from '@ace/buffer';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Home, openHome } from '../src/home.ts';
import { ensureFaketime } from '../src/testing/faketime.ts';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 37, iterations: 3, groups: 2, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

/** How the file that the worker's clock is read from says it. */
const right = '+0';
const fast = '+3h';
const twoHoursMs = 7_200_000;

let system: System;
let undisturbed: RunDigest;

beforeAll(async () => {
  const library = await ensureFaketime(await openHome());
  system = await startSystem({
    prepare: (home) => setClock(home, right),
    workerEnvironment: (home) => ({
      ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clockOf(home) },
      // A wall clock that is set: what was measured as elapsed, and the times of files, stay as they are.
      ...{ DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1', FAKETIME_CACHE_DURATION: '1' },
    }),
  });
  await system.train('undisturbed', config);
  await system.ended('undisturbed');
  undisturbed = await system.digest('undisturbed');
}, 300_000);
afterEach(async () => {
  await setClock(system.home, right);
  await system.tidy();
}, 60_000);
afterAll(() => system?.end(), 60_000);

describe("a run ends as if nothing had happened, and nothing is run twice, when the worker's clock", () => {
  it('jumps three hours ahead, and back in the next iteration', async () => {
    const run = 'there-and-back';
    await system.forgetArtifacts();
    await system.train(run, config);
    await executes(run, 1);
    await setClock(system.home, fast);
    await executes(run, 2);
    await setClock(system.home, right);
    await expectUndisturbed(run);
  }, 240_000);

  it('jumps three hours ahead while Postgres is away: the tries before are not hours old', async () => {
    const run = 'during-an-outage';
    await system.forgetArtifacts();
    await system.train(run, config);
    await executes(run, 1);
    const before = await failures();
    await system.kill('postgres');
    await eventually('a step fails', async () => (await failures()) > before, 120);
    await setClock(system.home, fast);
    await eventually('a step fails by the new time', () => failsAhead(), 120);
    await system.revive();
    await expectUndisturbed(run);
  }, 300_000);
});

async function expectUndisturbed(run: string): Promise<void> {
  await system.ended(run);
  expect(firstDifference(undisturbed, await system.digest(run))).toBeNull();
  const { rows } = await system.db.pool.query<{ attempts: number; executions: number }>(
    `SELECT (SELECT count(*) FROM completions WHERE run = $1) AS attempts,
       (SELECT count(*) FROM executions WHERE run = $1) AS executions`,
    [run],
  );
  expect(rows[0]?.executions).toBe(rows[0]?.attempts);
}

const executes = (run: string, iteration: number): Promise<void> =>
  eventually(
    `${run} executes iteration ${iteration}`,
    async () => {
      const query = 'SELECT FROM executions WHERE (run, iteration) = ($1, $2)';
      return ((await system.db.pool.query(query, [run, iteration])).rowCount ?? 0) > 0;
    },
    120,
  );

const clockOf = ({ root }: Home): string => join(root, 'clock');
const setClock = (home: Home, time: string): Promise<void> => writeFile(clockOf(home), time);

/** Times, by the worker's clock, at which its log says that an activity failed. */
async function failureTimes(): Promise<number[]> {
  const log = await readFile(join(system.home.logs, 'worker.log'), 'utf8');
  return [...log.matchAll(/^(\S+Z) \[WARN\] Activity failed/gm)].map(([, time]) =>
    Date.parse(time!),
  );
}

const failures = async (): Promise<number> => (await failureTimes()).length;
const failsAhead = async (): Promise<boolean> =>
  (await failureTimes()).some((time) => time > Date.now() + twoHoursMs);
