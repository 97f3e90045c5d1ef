import {
  currentEpoch,
  firstDifference,
  latestVersion,
  readRun,
  readVersion,
  type RunDigest,
} from '@ace/buffer';
import { FaultPoint } from '@ace/faults';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Home } from '../src/home.ts';
import { readRecord } from '../src/servers/record.ts';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 19, iterations: 9, groups: 2, groupSize: 2, hostLostAfterSeconds: 2 },
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
      await haunt([await processOf(working, 'worker')]);
    },
    240_000,
  );

  it('whose engine stopped over a checkpoint, and goes on too, beside a second engine', async () => {
    await system.faults.arm(FaultPoint.CheckpointAside, 1, 'hold');
    const isHit = (): boolean => system.faults.wasHit();
    await eventually('the engine stands between two lines of a save', isHit, patienceSeconds);
    const late = await currentEpoch(system.db, run);
    const version = 1 + (await latestVersion(system.db, run))!.version;
    const worker = await processOf(working, 'worker');
    const engine = await processOf(system.home, 'engine');
    const saved = () => isSaved(`v${version}-epoch${late}`);
    expect(await saved()).toBe(false);
    await haunt([worker, engine], { engine: 'own' }, saved);
    expect((await readVersion(system.db, run, version))?.epoch).toBeGreaterThan(late);
    expect((await epochs())[late - 1]).toMatchObject({
      host: `host-${hosts - 1}`,
      why: `superseded by epoch ${late + 1} of host-${hosts}`,
    });
  }, 240_000);

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

  it('leaves a row for every epoch, which says what superseded it; only the newest has none', async () => {
    const all = await epochs();
    expect(all.length).toBe(await currentEpoch(system.db, run));
    for (const { epoch, why } of all.slice(0, -1)) {
      expect(why).toMatch(new RegExp(`^superseded by epoch ${epoch + 1} of host-\\d$`));
    }
    expect(all.at(-1)?.why).toBeNull();
  });
});

/** Stops processes, the worker first, has others do the work, lets them go on, and ends the worker. */
async function haunt(
  stopped: readonly number[],
  options?: { engine: 'own' },
  cameLate: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> {
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  await system.faults.disarm();
  const before = await cursor();
  hosts += 1;
  working = await system.addWorker(`host-${hosts}`, options);
  const takenUp = async (): Promise<boolean> => (await cursor()) > before;
  await eventually('another worker finishes the phase', takenUp, patienceSeconds);
  for (const pid of stopped) process.kill(pid, 'SIGCONT');
  await eventually('they finish what they were at', cameLate);
  await sleep(hauntingMs);
  process.kill(stopped[0]!, 'SIGKILL');
}

const cursor = async (): Promise<number> => (await readRun(system.db, run))?.cursor ?? 0;

async function epochs(): Promise<{ epoch: number; host: string; why: string | null }[]> {
  const query = 'SELECT epoch, host, why FROM epochs WHERE run = $1 ORDER BY epoch';
  return (await system.db.pool.query(query, [run])).rows as Awaited<ReturnType<typeof epochs>>;
}

/** Whether the engines' store has a training state of this name. */
async function isSaved(name: string): Promise<boolean> {
  const names = await readdir(join(system.home.data, 'engine', 'names'), { recursive: true });
  return names.some((path) => path.endsWith(join('weights', name)));
}

async function processOf(home: Home, name: 'worker' | 'engine'): Promise<number> {
  const record = await readRecord(home, name);
  if (!record?.process) throw new Error(`${home.root} has no ${name}`);
  return record.process.pid;
}
