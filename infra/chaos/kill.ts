import { readRun } from '@ace/buffer';
import type { FaultPoint } from '@ace/faults';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../e2e/eventually.ts';
import { type PlannedKill, readyOf } from './plan.ts';
import { executionsAgain, iterationOf } from './record.ts';
import type { ChaosSystem } from './system.ts';
import { strikes } from './victims.ts';

/** A kill that counts: its victim lived, and an effect of its phase was in flight. */
export interface Hit extends PlannedKill {
  run: string;
  iteration: number;
  at: Date;
  /** From the kill until everything answers again. */
  downMs: number;
  /** Executions that were begun once more from this kill until the next one. */
  again: number;
}

/** What is to be done to the runs of a leg. */
export interface Due {
  due: PlannedKill[];
  /** Milliseconds before the next kill, when so many are left. */
  pause: (left: number) => number;
}

export type Tell = (line: string) => void;

const patienceSeconds = 600;
const runSeconds = 1800;

/** Takes kills off `due` as they count, until none is left or the run is over. */
export async function killDuring(
  system: ChaosSystem,
  run: string,
  { due, pause }: Due,
  tell: Tell,
): Promise<Hit[]> {
  const hits: Hit[] = [];
  // Before it, the run's own opening would pass for that of a continued one.
  const hasBegun = async () => (await iterationOf(system.db, run)) > 0;
  await eventually(`the first iteration of ${run}`, hasBegun, patienceSeconds);
  while (due.length > 0 && !(await isOver(system, run))) {
    await sleep(pause(due.length));
    const hit = await strike(system, run, due);
    if (!hit) continue;
    takeOff(due, hit);
    hits.push(hit);
    tell(`${run}, kill ${hits.length}: ${inWords(hit)}`);
  }
  await over(system, run);
  for (const [index, hit] of hits.entries()) {
    const until = hits[index + 1]?.at ?? new Date();
    hit.again = await executionsAgain(system.db, run, hit.at, until);
  }
  return hits;
}

function takeOff(due: PlannedKill[], made: PlannedKill): void {
  const place = due.findIndex(({ number }) => number === made.number);
  due.splice(place, 1);
}

/** Makes one of the kills that are due; null when it does not count. */
async function strike(
  system: ChaosSystem,
  run: string,
  due: readonly PlannedKill[],
): Promise<Hit | null> {
  const kill = await holdAtOne(system, run, due);
  const iteration = kill ? await iterationOf(system.db, run) : 0;
  const at = new Date();
  const struck = kill ? await strikes[kill.victim](system, run, kill.draw) : null;
  await system.faults.disarm();
  if (kill === null || struck === null) return null;
  for (const name of struck) await system.died(name);
  await system.revive();
  return { ...kill, run, iteration, at, downMs: Date.now() - at.getTime(), again: 0 };
}

/** The one at whose line a process stands now, until it is let go; null when the run is over. */
async function holdAtOne(
  system: ChaosSystem,
  run: string,
  due: readonly PlannedKill[],
): Promise<PlannedKill | null> {
  while (!(await isOver(system, run))) {
    const ends = await endsSegment(system, run);
    const ready = readyOf(due, ends);
    const isOutdated = async () =>
      (await endsSegment(system, run)) !== ends || (await isOver(system, run));
    const at = await holdAt(system, ready, isOutdated);
    if (at) return ready.find(({ point }) => point === at) ?? null;
  }
  return null;
}

/** The point at which a process stands; null when the order is outdated before one does. */
async function holdAt(
  { faults }: ChaosSystem,
  ready: readonly PlannedKill[],
  isOutdated: () => Promise<boolean>,
): Promise<FaultPoint | null> {
  const points = ready.map(({ point }) => point);
  await faults.arm(points, 1, 'hold');
  const isSettled = async () => faults.wasHit() || (await isOutdated());
  await eventually(`a process at "${points.join('" or "')}"`, isSettled, patienceSeconds);
  return faults.reached();
}

/** Whether the newest iteration is the last one before the run is continued. */
async function endsSegment({ db }: ChaosSystem, run: string): Promise<boolean> {
  const record = await readRun(db, run);
  const newest = await iterationOf(db, run);
  if (!record || newest === 0) return false;
  const { iterations, iterationsPerSegment } = record.config;
  return newest < iterations && newest % iterationsPerSegment === 0;
}

/** Resolves when the run is over. */
export const over = (system: ChaosSystem, run: string): Promise<void> =>
  eventually(`the end of ${run}`, () => isOver(system, run), runSeconds);

/** @throws when the run ended otherwise than well, or is blocked. */
async function isOver({ db }: ChaosSystem, run: string): Promise<boolean> {
  const record = await readRun(db, run);
  if (!record || record.status === 'running') return false;
  if (record.status === 'finished') return true;
  throw new Error(`${run} is ${record.status}: ${JSON.stringify(record.failure)}`);
}

const inWords = ({ victim, phase, point, iteration, downMs }: Hit): string =>
  `${victim}, ${phase} (${point}), iteration ${iteration}, down ${(downMs / 1000).toFixed(1)} s`;
