import { firstDifference } from '@ace/buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { countExecutions } from '../../chaos/record.ts';
import { type ContainerSystem, startContainerSystem } from '../../e2e/containers.ts';
import { median, quantile } from '../sandbox/statistics.ts';
import type { Options } from './options.ts';
import { setPace } from './pace.ts';
import type { EffectiveResult, TimedRun } from './results-contract.ts';
import { spreadOf } from './summary.ts';
import { type BenchWorker, openWorkers, type Workers } from './workers.ts';

type Tell = (line: string) => void;

/** Four waves of executions an iteration, at four at once. */
const config = (iterations: number) => ({
  ...{ seed: 17, iterations, groups: 4, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'telco-churn', 'flight-delays'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
});

const killEveryMs = 20_000;

/** The same run twice by two workers: left alone, and with one of them killed every 20 s and started at once. */
export async function measureEffective(
  { iterations }: Options,
  tell: Tell,
): Promise<EffectiveResult> {
  const system = await startContainerSystem('bench-recovery');
  try {
    const workers = await openWorkers(system);
    return await twice(system, workers, config(iterations), tell).finally(() => workers.end());
  } finally {
    await system.end();
  }
}

async function twice(
  system: ContainerSystem,
  workers: Workers,
  input: object,
  tell: Tell,
): Promise<EffectiveResult> {
  const pair: BenchWorker[] = [];
  // One after the other: what a worker sweeps when it starts would be the other's trial of its containers.
  while (pair.length < 2) {
    const worker = workers.start();
    await worker.asked();
    pair.push(worker);
  }
  tell('two workers, undisturbed');
  const undisturbed = await timed(system, 'undisturbed', input);
  tell(`${undisturbed.seconds.toFixed(1)} s; now one is killed every ${killEveryMs / 1000} s`);
  await system.forgetArtifacts();
  const killing = killInTurn(workers, pair, tell);
  const disturbed = await timed(system, 'disturbed', input).finally(() => killing.end());
  const away = await killing.away();
  const [left, right] = [await system.digest('undisturbed'), await system.digest('disturbed')];
  return {
    effectiveTime: undisturbed.seconds / disturbed.seconds,
    kills: away.length,
    away: spreadOf(away.filter((seconds) => seconds !== null)),
    ...{ undisturbed, disturbed },
    digestsEqual: firstDifference(left, right) === null,
  };
}

/** From the order to run to the run's end. */
async function timed(system: ContainerSystem, run: string, input: object): Promise<TimedRun> {
  const pace = await setPace(system.docker, run);
  const began = performance.now();
  await system.train(run, input);
  await system.ended(run).finally(() => pace.end());
  const seconds = (performance.now() - began) / 1000;
  const { attempts, executions } = await countExecutions(system.db, run);
  const executionSeconds = await executionSecondsOf(system, run);
  return {
    ...{ seconds, attempts: Number(attempts), executions: Number(executions) },
    ...{ executionSeconds, mostAtOnce: pace.mostAtOnce() },
  };
}

async function executionSecondsOf(
  { db }: ContainerSystem,
  run: string,
): Promise<TimedRun['executionSeconds']> {
  const query = 'SELECT wall_seconds FROM results WHERE run = $1';
  const { rows } = await db.pool.query<{ wall_seconds: number }>(query, [run]);
  const seconds = rows.map(({ wall_seconds }) => wall_seconds);
  return [median(seconds), quantile(seconds, 0.1), quantile(seconds, 0.9)];
}

/** By a fixed clock, the workers in turn. A worker that was killed is replaced in `pair` at once. */
function killInTurn(workers: Workers, pair: BenchWorker[], tell: Tell) {
  const asked = new AbortController();
  const away: Promise<number | null>[] = [];
  const loop = (async () => {
    const began = performance.now();
    for (let number = 0; ; number += 1) {
      const due = began + (number + 1) * killEveryMs - performance.now();
      await sleep(Math.max(0, due), undefined, { signal: asked.signal });
      away.push(replace(workers, pair, number % pair.length));
      // Awaited once the run has ended.
      away.at(-1)?.catch(() => undefined);
      tell(`kill ${number + 1}`);
    }
  })().catch((error: unknown) => {
    if (!asked.signal.aborted) throw error;
  });
  return {
    async end(): Promise<void> {
      asked.abort();
      await loop;
    },
    /** Seconds from each kill until the worker in its place asked for tasks; null when it was killed before. */
    away: () => Promise.all(away),
  };
}

async function replace(
  workers: Workers,
  pair: BenchWorker[],
  place: number,
): Promise<number | null> {
  const killedAt = Date.now();
  await pair[place]!.kill();
  const next = workers.start();
  pair[place] = next;
  const askedAt = await next.asked();
  return askedAt === null ? null : (askedAt - killedAt) / 1000;
}
