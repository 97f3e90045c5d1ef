import type { RunConfig } from '@ace/config';
import type { Prior, StateView } from './contract.ts';
import { momentsOf } from './moments.ts';
import { sortedByText } from './order.ts';
import { priorKey, startingPrior } from './priors.ts';

/** What one group showed, over the attempts that were not lost. */
export interface Visit {
  /** Mean and population variance of the rewards. */
  mean: number;
  variance: number;
  /** Share of the attempts that were valid. */
  validRate: number;
}

/** A state that has been visited. */
export type VisitedState = StateView & {
  mean: number;
  variance: number;
  lastVisitedIteration: number;
  successRate: number;
};

/** (1 − α) · old + α · value; the first value stands for itself. */
export const average = (old: number | null, value: number, rate: number): number =>
  old === null ? value : (1 - rate) * old + rate * value;

/** A state's statistics after one more group. Two groups in one iteration are two visits, in slot order. */
export const visited = (
  state: StateView,
  visit: Visit,
  iteration: number,
  rate: number,
): VisitedState => ({
  ...state,
  visits: state.visits + 1,
  mean: average(state.mean, visit.mean, rate),
  variance: average(state.variance, visit.variance, rate),
  successRate: average(state.successRate, visit.validRate, rate),
  lastVisitedIteration: iteration,
});

/** A prior after one more group of its (competition, kind). It moves from {@link startingPrior}. */
export const visitedPrior = (prior: Prior, visit: Visit, rate: number): Prior => ({
  ...prior,
  visits: prior.visits + 1,
  mean: average(prior.mean, visit.mean, rate),
  variance: average(prior.variance, visit.variance, rate),
});

/** All priors after the iteration's groups (in slot order), by (competition, kind). */
export function updatedPriors(
  priors: readonly Prior[],
  groups: readonly (Visit & Pick<Prior, 'competition' | 'kind'>)[],
  sampler: RunConfig['sampler'],
): Prior[] {
  const byKey = new Map(priors.map((prior) => [priorKey(prior), prior]));
  for (const group of groups) {
    const prior = byKey.get(priorKey(group)) ?? startingPrior(group, sampler);
    byKey.set(priorKey(group), visitedPrior(prior, group, sampler.averageRate));
  }
  return sortedByText([...byKey.values()], priorKey);
}

/**
 * Variance of the mean rewards of a state's visited children among `states`, which must be in address
 * order; null without any.
 */
export function childrenVarianceOf(address: string, states: readonly StateView[]): number | null {
  const means = states
    .filter((state) => state.parentAddress === address)
    .map((state) => state.mean)
    .filter((mean) => mean !== null);
  return means.length === 0 ? null : momentsOf(means).variance;
}
