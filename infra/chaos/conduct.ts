import { firstDifference, readRun, type RunDigest } from '@ace/buffer';
import type { RunInput } from '@ace/config';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../e2e/eventually.ts';
import type { System } from '../e2e/system.ts';
import type { Options } from './options.ts';
import { type PlannedKill, planKills } from './plan.ts';
import { countExecutions, type ExecutionCounts, executionsAgain, iterationOf } from './record.ts';
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

/** A run that was disturbed, compared with the undisturbed one of its depth. */
export interface Outcome {
  run: string;
  depth: number;
  kills: number;
  /** In words; null when the digests are equal. */
  difference: string | null;
  counts: ExecutionCounts;
}

export interface Report {
  seed: number;
  hits: Hit[];
  outcomes: Outcome[];
  seconds: number;
}

export type Tell = (line: string) => void;

const patienceSeconds = 180;
const runSeconds = 900;

/** Kills what `planKills` plans in as many runs as it takes, and compares each run with an undisturbed one. */
export async function conduct(
  system: System,
  { seed, kills, recipe, depths }: Options,
  tell: Tell,
): Promise<Report> {
  const began = performance.now();
  const plan = planKills(seed, kills, depths);
  const report: Report = { seed, hits: [], outcomes: [], seconds: 0 };
  for (const depth of depths) {
    const input = { recipe, pipelineDepth: depth };
    const undisturbed = await digestOf(system, `undisturbed-${depth}`, input);
    tell(`depth ${depth}: an undisturbed run has digest ${undisturbed.total.slice(0, 12)}`);
    const due = plan.filter((kill) => kill.depth === depth);
    for (let number = 1; due.length > 0; number += 1) {
      const run = `disturbed-${depth}-${number}`;
      await system.forgetArtifacts();
      await system.train(run, input);
      const hits = await killDuring(system, run, due, tell);
      const outcome = await outcomeOf(system, run, depth, hits, undisturbed);
      tell(`${run}: ${outcome.difference ?? 'digest equal'}`);
      report.hits.push(...hits);
      report.outcomes.push(outcome);
    }
  }
  return { ...report, seconds: (performance.now() - began) / 1000 };
}

async function digestOf(system: System, run: string, input: RunInput): Promise<RunDigest> {
  await system.train(run, input);
  await over(system, run);
  return system.digest(run);
}

/** Takes kills off `due` as they count, until none is left or the run is over. */
async function killDuring(
  system: System,
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
async function strike(system: System, run: string, kill: PlannedKill): Promise<Hit | null> {
  const { faults, db } = system;
  await sleep(kill.pauseMs);
  await faults.arm(kill.point, 1, 'hold');
  const reached = async () => faults.wasHit() || (await isOver(system, run));
  await eventually(`"${kill.point}" or the end of ${run}`, reached, patienceSeconds);
  const inFlight = faults.wasHit();
  const iteration = inFlight ? await iterationOf(db, run) : 0;
  const at = new Date();
  const struck = inFlight ? await strikes[kill.victim](system, kill.draw) : null;
  await faults.disarm();
  if (struck === null) return null;
  for (const name of struck) await system.died(name);
  await system.revive();
  return { ...kill, run, iteration, at, downMs: Date.now() - at.getTime(), again: 0 };
}

async function outcomeOf(
  system: System,
  run: string,
  depth: number,
  hits: readonly Hit[],
  undisturbed: RunDigest,
): Promise<Outcome> {
  const digest = await system.digest(run);
  const difference = firstDifference(undisturbed, digest);
  const counts = await countExecutions(system.db, run);
  return { run, depth, kills: hits.length, difference, counts };
}

const over = (system: System, run: string): Promise<void> =>
  eventually(`the end of ${run}`, () => isOver(system, run), runSeconds);

/** @throws when the run ended otherwise than well, or is blocked. */
async function isOver({ db }: System, run: string): Promise<boolean> {
  const record = await readRun(db, run);
  if (!record || record.status === 'running') return false;
  if (record.status === 'finished') return true;
  throw new Error(`${run} is ${record.status}: ${JSON.stringify(record.failure)}`);
}

const inWords = ({ number, victim, phase, point, run, iteration, downMs }: Hit): string =>
  `kill ${number + 1}: ${victim}, ${phase} (${point}), ${run} iteration ${iteration}, down ${(downMs / 1000).toFixed(1)} s`;
