import type { RunConfig } from '@ace/config';
import type { Priorities, Prior, StateView } from './contract.ts';
import { priorKey, startingPrior } from './priors.ts';
import { additivePriorities } from './rivals/additive.ts';
import { regretPriorities } from './rivals/regret.ts';
import { rootsOnlyPriorities } from './rivals/roots-only.ts';
import { successRatePriorities } from './rivals/success-rate.ts';
import { uniformPriorities } from './rivals/uniform.ts';
import { variancePriorities } from './rivals/variance.ts';
import { iterationsSinceVisit } from './staleness.ts';

type SamplerKind = RunConfig['sampler']['kind'];

/**
 * LP reconstruction: this project's definition of Learnability Potential. With mean m and variance v of a
 * state shrunk towards the prior of its (competition, kind),
 * LP = sqrt(v) · (r_max − m) + stalenessBonus · (iterations since the last visit).
 */
export const learnabilityPriorities: Priorities = (states, priors, iteration, sampler) => {
  const byKey = new Map(priors.map((prior) => [priorKey(prior), prior]));
  return states.map((state) => {
    const prior = byKey.get(priorKey(state)) ?? startingPrior(state, sampler);
    const { mean, variance } = shrunk(state, prior, sampler.pseudoVisits);
    return (
      learnability(mean, variance, sampler.maximumReward) +
      sampler.stalenessBonus * iterationsSinceVisit(state, iteration)
    );
  });
};

/** sqrt(v) · (r_max − m), never negative. For 0/1 rewards of success rate p it peaks at p = r_max / 4. */
export const learnability = (mean: number, variance: number, maximumReward: number): number =>
  Math.sqrt(variance) * Math.max(0, maximumReward - mean);

/**
 * A state's mean and variance after n visits, shrunk towards its prior: (n · own + n₀ · prior) / (n + n₀).
 * A state that was never visited has its prior's, whatever n₀ is.
 */
export function shrunk(
  state: Pick<StateView, 'visits' | 'mean' | 'variance'>,
  prior: Pick<Prior, 'mean' | 'variance'>,
  pseudoVisits: number,
): { mean: number; variance: number } {
  if (state.mean === null || state.variance === null || state.visits === 0) {
    return { mean: prior.mean, variance: prior.variance };
  }
  const own = state.visits / (state.visits + pseudoVisits);
  return {
    mean: own * state.mean + (1 - own) * prior.mean,
    variance: own * state.variance + (1 - own) * prior.variance,
  };
}

const registry: Record<SamplerKind, Priorities> = {
  lp: learnabilityPriorities,
  uniform: uniformPriorities,
  'roots-only': rootsOnlyPriorities,
  'p-times-one-minus-p': successRatePriorities,
  variance: variancePriorities,
  regret: regretPriorities,
  additive: additivePriorities,
};

/** The rule of a configured sampler. */
export const prioritiesOf = (kind: SamplerKind): Priorities => registry[kind];
