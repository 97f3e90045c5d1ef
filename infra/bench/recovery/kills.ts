import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../e2e/eventually.ts';
import type { System } from '../../e2e/system.ts';
import { pendingBelow } from './in-flight.ts';
import type { Options } from './options.ts';
import { type PlannedKill, planKills } from './plan.ts';
import { recoveriesOf } from './recoveries.ts';
import type { KillResult, KillsResult } from './results-contract.ts';
import { type Runs, openRuns } from './runs.ts';
import { spreadOf, spreadsBy } from './summary.ts';
import { type BenchWorker, openWorkers } from './workers.ts';

type Tell = (line: string) => void;

const patienceSeconds = 180;
/** So that the next worker asks for tasks within two seconds of the kill, and not much sooner. */
const backAfterMs = 1500;

/** Kills the worker while runs of the recipe run, and measures how soon what it had is taken up by the next. */
export async function measureKills(
  system: System,
  { seed, kills, recipe }: Options,
  tell: Tell,
): Promise<KillsResult> {
  const workers = await openWorkers(system);
  const runs = openRuns(system, 'recovery', { recipe });
  try {
    const single: KillResult[] = [];
    let worker = workers.start();
    for (const kill of planKills(seed, kills)) {
      const next = await workers.standBy();
      single.push(await measureKill({ system, runs, worker, next }, kill));
      worker = next;
      tell(inWords(single.at(-1)!));
    }
    return { seed, recipe, kills, ...summaryOf(single), single };
  } finally {
    await workers.end();
  }
}

interface Scene {
  system: System;
  runs: Runs;
  worker: BenchWorker;
  /** Stands by. */
  next: BenchWorker;
}

async function measureKill(
  { system, runs, worker, next }: Scene,
  { number, phase, point, arrival, pauseMs }: PlannedKill,
): Promise<KillResult> {
  const { client, faults } = system;
  await sleep(pauseMs);
  await faults.arm(point, arrival, 'hold');
  await eventually(`"${point}"`, () => hitDuring(runs, faults), patienceSeconds);
  const killedAt = Date.now();
  const death = worker.kill();
  const back = sleep(backAfterMs).then(() => next.begin());
  const run = runs.current();
  const pending = await pendingBelow(client, run);
  const lost = pending.filter((one) => one.isStarted && one.worker.startsWith(worker.identity));
  await Promise.all([death, back]);
  await faults.disarm();
  const [recoveries, backAt] = await Promise.all([
    recoveriesOf(client, run, lost, killedAt),
    next.asked(),
  ]);
  if (backAt === null) throw new Error('the next worker was killed by somebody else');
  return { number, phase, point, awaySeconds: (backAt - killedAt) / 1000, recoveries };
}

async function hitDuring(runs: Runs, faults: System['faults']): Promise<boolean> {
  if (faults.wasHit()) return true;
  await runs.keepGoing();
  return faults.wasHit();
}

function summaryOf(single: readonly KillResult[]) {
  const all = single.flatMap(({ phase, recoveries }) =>
    recoveries.map((recovery) => ({ phase, ...recovery })),
  );
  return {
    away: spreadOf(single.map(({ awaySeconds }) => awaySeconds)),
    recovery: spreadOf(all.map(({ seconds }) => seconds)),
    byKind: spreadsBy(all, ({ kind }) => kind),
    byPhase: spreadsBy(all, ({ phase }) => phase),
  };
}

function inWords({ number, phase, point, awaySeconds, recoveries }: KillResult): string {
  const times = recoveries.map(({ kind, seconds }) => `${kind} ${seconds.toFixed(1)}`).join(', ');
  return `kill ${number + 1}: ${phase} (${point}), away ${awaySeconds.toFixed(1)} s: ${times}`;
}
