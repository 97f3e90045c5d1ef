import { loadCatalogue } from '@ace/competitions';
import { pipelineGrammar } from '@ace/policy/grammar';
import { findBestConstant } from './constant/best-constant.ts';
import {
  collectPrograms,
  type Collected,
  type Fared,
  type SeenAttempt,
} from './constant/candidates.ts';
import { openExecutor } from './constant/execute.ts';
import { checkRuns } from './checks.ts';
import { gatherCurve, seenAttempts } from './gather.ts';
import { makingOf } from './making.ts';
import type { Options } from './options.ts';
import type { PlannedRun } from './plan.ts';
import type { BestConstant, Results, RunCurve } from './results-contract.ts';
import { variantOf } from './samplers.ts';
import { sourceFingerprint } from './source-fingerprint.ts';
import { byMeasure, meanAt, summarise } from './summary.ts';
import type { BenchSystem } from './system.ts';

export interface Conducted {
  options: Options;
  runs: readonly PlannedRun[];
  /** Fingerprint of the sources when the runs were planned. */
  sources: string;
}

/** Everything that the record says of finished runs, and the constant baseline, for which programs are run. */
export async function resultsOf(
  system: BenchSystem,
  { options, runs: planned, sources }: Conducted,
): Promise<Results> {
  const config = planned[0]!.config;
  const runs: RunCurve[] = [];
  for (const run of planned) runs.push(await gatherCurve(system.db, run));
  const collected = collectPrograms(await allAttempts(system, planned));
  const starts = runs.filter(({ sampler }) => sampler === options.samplers[0]);
  return {
    benchmark: 'learning',
    madeAt: new Date().toISOString(),
    made: await makingOf(system.services, sources, options.parallel),
    config,
    samplers: options.samplers.map((id) => ({
      ...{ id, label: variantOf(id).label },
      sampler: { ...config.sampler, ...variantOf(id).sampler },
    })),
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    summary: summarise(runs, options.samplers),
    baselines: {
      uniformRandom: byMeasure((measure) => meanAt(starts, measure, 0)),
      bestConstant: await bestConstantOf(system, collected, config),
    },
    checks: {
      ...checkRuns(runs),
      repeatedPrograms: collected.repeated,
      disagreeingPrograms: collected.disagreeing,
      sourcesChanged: (await sourceFingerprint()) !== sources,
    },
    runs,
  };
}

async function allAttempts(
  { db }: BenchSystem,
  planned: readonly PlannedRun[],
): Promise<SeenAttempt[]> {
  const competitions = new Map(loadCatalogue().map((competition) => [competition.id, competition]));
  const attempts: SeenAttempt[] = [];
  for (const run of planned) {
    for await (const attempt of seenAttempts(db, run, competitions)) attempts.push(attempt);
  }
  return attempts;
}

async function bestConstantOf(
  { home, provisioned }: BenchSystem,
  collected: Collected,
  { competitions, reward }: PlannedRun['config'],
): Promise<BestConstant> {
  const { train: trainedOn, heldOut } = competitions;
  const executor = await openExecutor(home, provisioned, reward);
  const execute = (program: string, competition: string): Promise<Fared> =>
    executor.execute(program, competition);
  try {
    return await findBestConstant({ collected, trainedOn, heldOut, execute, describe });
  } finally {
    await executor.close();
  }
}

function describe(program: string): Record<string, string> {
  const tokens = program.split(' ').map(Number);
  return Object.fromEntries(
    pipelineGrammar.decisions.map(({ name }, place) => [
      name,
      pipelineGrammar.words[tokens[place] ?? 0] ?? 'unknown',
    ]),
  );
}
