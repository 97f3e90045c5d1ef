import { firstDifference, readRun, type RunDigest } from '@ace/buffer';
import { FaultPoint } from '@ace/faults';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Home } from '../src/home.ts';
import { readRecord } from '../src/servers/record.ts';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 19, iterations: 8, groups: 2, groupSize: 4, hostLostAfterSeconds: 2 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};
const run = 'haunted';

/** How long a worker that came back is left to do harm. */
const hauntingMs = 2000;
/** Postgres ends a transaction in which nothing happens for a minute. */
const patienceSeconds = 120;

let system: System;
let undisturbed: RunDigest;
/** Of the one worker that is at work. */
let working: Home;
let hosts = 0;

beforeAll(async () => {
  system = await startSystem();
  working = system.home;
  await system.train('undisturbed', config);
  await system.ended('undisturbed');
  undisturbed = await system.digest('undisturbed');
}, 240_000);
afterAll(() => system?.end(), 60_000);

// The worker that is at work stands still between two lines for longer than its heartbeat time-out; another
// one does its work and goes on; then it wakes up, finishes what it was at, and is ended. So the next in line.
describe('a worker that is stopped, and goes on after its work was taken up', () => {
  it.each([
    FaultPoint.CompletionsReceived,
    FaultPoint.SandboxEnded,
    FaultPoint.Graded,
    FaultPoint.InEvolveTransaction,
    FaultPoint.OptimiserStepped,
    FaultPoint.CheckpointNotPublished,
  ])(
    '%s',
    async (point) => {
      await system.faults.arm(point, 1, 'hold');
      if (hosts === 0) await system.train(run, config);
      await eventually(`a worker stands at "${point}"`, () => system.faults.wasHit());
      const zombie = await workerOf(working);
      process.kill(zombie, 'SIGSTOP');
      await system.faults.disarm();
      const before = await cursor();
      hosts += 1;
      working = await system.addWorker(`host-${hosts}`);
      const takenUp = async (): Promise<boolean> => (await cursor()) > before;
      await eventually('another worker finishes the phase', takenUp, patienceSeconds);
      process.kill(zombie, 'SIGCONT');
      await sleep(hauntingMs);
      process.kill(zombie, 'SIGKILL');
    },
    240_000,
  );

  it('changes nothing', async () => {
    await system.ended(run);
    expect(firstDifference(undisturbed, await system.digest(run))).toBeNull();
  }, 120_000);

  it('leaves rows that say why its executions do not count', async () => {
    const { rows } = await system.db.pool.query<{ outcome: string; why: string | null }>(
      `SELECT DISTINCT outcome, why FROM executions
       WHERE run = $1 AND outcome <> 'finished' ORDER BY why`,
      [run],
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { outcome, why } of rows) {
      expect(outcome).toBe('host lost');
      expect(why).toMatch(/^taken over by host-\d$/);
    }
  });
});

const cursor = async (): Promise<number> => (await readRun(system.db, run))?.cursor ?? 0;

async function workerOf(home: Home): Promise<number> {
  const record = await readRecord(home, 'worker');
  if (!record?.process) throw new Error(`${home.root} has no worker`);
  return record.process.pid;
}
