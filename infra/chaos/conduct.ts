import { firstDifference, type RunDigest } from '@ace/buffer';
import type { RunInput } from '@ace/config';
import { SandboxKind } from '../src/sandbox-setting.ts';
import { type Due, type Hit, killDuring, over, type Tell } from './kill.ts';
import type { Options } from './options.ts';
import { canDie, type Leg, pauseMs, planKills, type Victim } from './plan.ts';
import { countExecutions, type ExecutionCounts } from './record.ts';
import type { ChaosSystem } from './system.ts';

/** A run that was disturbed, compared with the undisturbed one of its depth. */
export interface Outcome {
  run: string;
  depth: number;
  kills: number;
  /** In words; null when the digests are equal. */
  difference: string | null;
  counts: ExecutionCounts;
  /** From its start to its end. */
  seconds: number;
  /** How much longer than the undisturbed run. */
  lostSeconds: number;
}

export interface Report {
  seed: number;
  /** Who could be killed. */
  victims: Victim[];
  hits: Hit[];
  outcomes: Outcome[];
  seconds: number;
}

/** Kills what `planKills` plans in as many runs as it takes, and compares each run with an undisturbed one. */
export async function conduct(
  system: ChaosSystem,
  { seed, kills, recipe, legs, victims }: Options,
  tell: Tell,
): Promise<Report> {
  const began = performance.now();
  const plan = planKills(seed, kills, legs, victims);
  const mortal = victims.filter((victim) => legs.some((leg) => canDie(victim, leg)));
  const report: Report = { seed, victims: mortal, hits: [], outcomes: [], seconds: 0 };
  for (const leg of legs) {
    const due = plan.filter((kill) => kill.leg === leg);
    const pause = (left: number): number => pauseMs(seed, leg, left);
    const results = await conductLeg(system, { leg, recipe, due, pause }, tell);
    for (const { hits, outcome } of results) {
      report.hits.push(...hits);
      report.outcomes.push(outcome);
    }
  }
  return { ...report, seconds: secondsSince(began) };
}

interface LegPlan extends Due {
  leg: Leg;
  recipe: string;
}

/** As many runs as the kills that are due take. */
async function conductLeg(system: ChaosSystem, { leg, recipe, ...plan }: LegPlan, tell: Tell) {
  const { depth, sandbox } = leg;
  const input = { recipe, pipelineDepth: depth };
  const undisturbed = await undisturbedAt(system, depth, input);
  tell(`depth ${depth}: an undisturbed run has digest ${undisturbed.digest.total.slice(0, 12)}`);
  await system.moveTo(sandbox);
  const results: { hits: Hit[]; outcome: Outcome }[] = [];
  while (plan.due.length > 0) {
    const run = `${sandbox}-${depth}-${results.length + 1}`;
    await system.forgetArtifacts();
    const began = performance.now();
    await system.train(run, input);
    const hits = await killDuring(system, run, plan, tell);
    const seconds = secondsSince(began);
    const outcome = await outcomeOf(system, run, leg, hits, undisturbed, seconds);
    tell(`${run}: ${outcome.difference ?? 'digest equal'}`);
    results.push({ hits, outcome });
  }
  return results;
}

interface Undisturbed {
  digest: RunDigest;
  seconds: number;
}

/** In bubblewrap, wherever the disturbed ones run: what a run comes to does not hang on that either. */
async function undisturbedAt(
  system: ChaosSystem,
  depth: number,
  input: RunInput,
): Promise<Undisturbed> {
  await system.moveTo(SandboxKind.Bubblewrap);
  await system.forgetArtifacts();
  const run = `undisturbed-${depth}`;
  const began = performance.now();
  await system.train(run, input);
  await over(system, run);
  return { digest: await system.digest(run), seconds: secondsSince(began) };
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000;

async function outcomeOf(
  system: ChaosSystem,
  run: string,
  { depth }: Leg,
  hits: readonly Hit[],
  undisturbed: Undisturbed,
  seconds: number,
): Promise<Outcome> {
  const difference = firstDifference(undisturbed.digest, await system.digest(run));
  const counts = await countExecutions(system.db, run);
  const lostSeconds = seconds - undisturbed.seconds;
  return { run, depth, kills: hits.length, difference, counts, seconds, lostSeconds };
}
