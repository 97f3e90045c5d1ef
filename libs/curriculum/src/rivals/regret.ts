import type { Priorities, StateView } from '../contract.ts';
import { iterationsSinceVisit } from '../staleness.ts';

/**
 * Regret 1[s ≥ 1] − s/n, plus staleness, by Zipf ranks: the k-th best state has priority 1/k, equals
 * share the better rank (after Frontier Learning; ranks as in prioritised level replay, Jiang et al.,
 * arXiv 2010.03934, whose exponent 1/β is the sampler's 1/T). Never visited: regret 1.
 */
export const regretPriorities: Priorities = (states, _priors, iteration, sampler) => {
  const scores = states.map(
    (state) => regretOf(state) + sampler.stalenessBonus * iterationsSinceVisit(state, iteration),
  );
  return zipf(scores);
};

const regretOf = ({ successRate: rate }: StateView): number => {
  if (rate === null) return 1;
  return rate > 0 ? 1 - rate : 0;
};

function zipf(scores: readonly number[]): number[] {
  const descending = [...scores].sort((a, b) => b - a);
  const rankOf = new Map<number, number>();
  descending.forEach((score, index) => {
    if (!rankOf.has(score)) rankOf.set(score, index + 1);
  });
  return scores.map((score) => 1 / rankOf.get(score)!);
}
