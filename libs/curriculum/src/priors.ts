import type { RunConfig } from '@ace/config';
import type { StateKind } from '@ace/config/pure';
import type { Prior } from './contract.ts';

/** The name of one (competition, kind of state). */
export const priorKey = (of: { competition: string; kind: StateKind }): string =>
  `${of.competition}/${of.kind}`;

/**
 * What is believed of a (competition, kind) that nobody visited: the mean at which LP of 0/1 rewards
 * peaks, r_max / 4, and the variance that makes LP the configured `optimisticPriority` there.
 */
export function startingPrior(
  of: { competition: string; kind: StateKind },
  sampler: Pick<RunConfig['sampler'], 'maximumReward' | 'optimisticPriority'>,
): Prior {
  const mean = sampler.maximumReward / 4;
  const deviation = sampler.optimisticPriority / (sampler.maximumReward - mean);
  return {
    competition: of.competition,
    kind: of.kind,
    visits: 0,
    mean,
    variance: deviation * deviation,
  };
}
