import {
  type ConfigSources,
  isEvaluated,
  type RunConfig,
  resolveRunConfig,
  type RunInput,
} from '@ace/config';
import { createHash } from 'node:crypto';
import type { Options } from './options.ts';
import { variantOf } from './samplers.ts';

/** One run of the benchmark. */
export interface PlannedRun {
  /** `learning-<sampler>-<seed>-<hash>`: the same for the same measurement, another for any other one. */
  name: string;
  sampler: string;
  seed: number;
  /** What the workflow is started with. */
  input: RunInput;
  config: RunConfig;
}

export interface PlanSources {
  config: ConfigSources;
  /** SHA-256 of the prepared data by competition, and of the program's sources. */
  fingerprints: Readonly<Record<string, string>>;
  sources: string;
}

/** Programs that one run executes, training and evaluation. */
export function programsOf({ iterations, groups, spareGroups, ...config }: RunConfig): number {
  const { groupSize, evaluation, competitions } = config;
  const versions = Array.from({ length: iterations + 1 }, (_, version) => version);
  const evaluated = versions.filter((version) => isEvaluated({ ...config, iterations }, version));
  const drafts = competitions.train.length + competitions.heldOut.length;
  return (
    iterations * (groups + spareGroups) * groupSize +
    evaluated.length * drafts * evaluation.samplesPerCompetition
  );
}

export const recipe = 'bench-learning';

/** Seeds are consecutive from here: fixed beforehand, and away from those that runs usually have. */
const firstSeed = 1001;

/**
 * Every run, in the order in which they are made: all samplers of a seed before the next seed, so that what
 * is finished is paired.
 */
export function planRuns(
  options: Pick<Options, 'seeds' | 'samplers' | 'iterations'>,
  sources: PlanSources,
): PlannedRun[] {
  const seeds = Array.from({ length: options.seeds }, (_, index) => firstSeed + index);
  return seeds.flatMap((seed) =>
    options.samplers.map((sampler) => planRun(sampler, seed, options.iterations, sources)),
  );
}

function planRun(
  id: string,
  seed: number,
  iterations: number | null,
  sources: PlanSources,
): PlannedRun {
  const { sampler } = variantOf(id);
  const input = { recipe, seed, sampler, ...(iterations !== null && { iterations }) };
  const config = resolveRunConfig(input, sources.config);
  const measured = [{ ...config, seed: null }, sources.fingerprints, sources.sources];
  const hash = createHash('sha256').update(JSON.stringify(measured)).digest('hex').slice(0, 8);
  return { name: `learning-${id}-${seed}-${hash}`, sampler: id, seed, input, config };
}
