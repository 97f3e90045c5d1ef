import { firstDifference, readRun } from '@ace/buffer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

/** Longer than the servers of this machine take to start; shorter than two tries of an unreachable engine. */
const impatient = {
  seed: 7,
  iterations: 2,
  groups: 2,
  groupSize: 4,
  giveUpAfterSeconds: 10,
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 1, everyIterations: 0 },
};

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system.end(), 60_000);

const failureOf = async (run: string) => (await readRun(system.db, run))?.failure ?? null;
const statusOf = async (run: string) => (await readRun(system.db, run))?.status;

it('an engine that stays away blocks the run, says why, and the run goes on when it is back', async () => {
  await system.train('undisturbed', impatient);
  await system.ended('undisturbed');

  const run = 'without-engine';
  await system.train(run, impatient);
  await eventually('version 0 is published', async () => (await published(run)) > 0);
  await system.kill('engine');
  await eventually('the run is blocked', async () => (await statusOf(run)) === 'blocked', 120);

  const failure = await failureOf(run);
  expect(failure?.reason).toMatch(/^\w+ has failed for 0\.\d min, last with: .*engine/);
  expect(failure?.remedy).toBe(
    `mend the cause, then send the update retryIteration(${failure?.iteration})`,
  );
  await system.revive();
  await retryUntilUnblocked(run);
  await system.ended(run);
  expect(firstDifference(await system.digest('undisturbed'), await system.digest(run))).toBeNull();
}, 300_000);

async function published(run: string): Promise<number> {
  const { rowCount } = await system.db.pool.query('SELECT FROM versions WHERE run = $1', [run]);
  return rowCount ?? 0;
}

/** Several steps may block; each is retried once it is shown. */
async function retryUntilUnblocked(run: string): Promise<void> {
  const handle = system.client.workflow.getHandle(run);
  await eventually('nothing blocks', async () => {
    const failure = await failureOf(run);
    if (failure === null) return true;
    await handle.executeUpdate('retryIteration', { args: [failure.iteration] });
    return false;
  });
}
