import { readRun } from '@ace/buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../e2e/eventually.ts';
import type { PlannedKill } from './plan.ts';
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

export type Tell = (line: string) => void;

const patienceSeconds = 600;
const runSeconds = 1800;

/** Takes kills off `due` as they count, until none is left or the run is over. */
export async function killDuring(
  system: ChaosSystem,
  run: string,
  due: PlannedKill[],
  tell: Tell,
): Promise<Hit[]> {
  const hits: Hit[] = [];
  while (due.length > 0 && !(await isOver(system, run))) {
    const hit = await strike(system, run, due[0]!);
    if (!hit) continue;
    due.shift();
    hits.push(hit);
    tell(inWords(hit));
  }
  await over(system, run);
  for (const [index, hit] of hits.entries()) {
    const until = hits[index + 1]?.at ?? new Date();
    hit.again = await executionsAgain(system.db, run, hit.at, until);
  }
  return hits;
}

/** Holds a process at the kill's point, strikes, lets go; null when it does not count. */
async function strike(system: ChaosSystem, run: string, kill: PlannedKill): Promise<Hit | null> {
  const { faults, db } = system;
  await sleep(kill.pauseMs);
  await faults.arm(kill.point, 1, 'hold');
  const reached = async () => faults.wasHit() || (await isOver(system, run));
  await eventually(`"${kill.point}" or the end of ${run}`, reached, patienceSeconds);
  const inFlight = faults.wasHit();
  const iteration = inFlight ? await iterationOf(db, run) : 0;
  const at = new Date();
  const struck = inFlight ? await strikes[kill.victim](system, run, kill.draw) : null;
  await faults.disarm();
  if (struck === null) return null;
  for (const name of struck) await system.died(name);
  await system.revive();
  return { ...kill, run, iteration, at, downMs: Date.now() - at.getTime(), again: 0 };
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

const inWords = ({ number, victim, phase, point, run, iteration, downMs }: Hit): string =>
  `kill ${number + 1}: ${victim}, ${phase} (${point}), ${run} iteration ${iteration}, down ${(downMs / 1000).toFixed(1)} s`;
