import type { Priorities } from '../contract.ts';
import { largestOf } from '../order.ts';

/**
 * Reward + children's variance + unvisitedness, each min-max normalised over the states (the additive
 * score of OpenMLE-ERL, from its description). Reward: the state's mean; unvisitedness: 1 / (1 + visits).
 * What is not known yet counts as the least value; a term that is equal everywhere counts 0.
 */
export const additivePriorities: Priorities = (states) => {
  const reward = normalise(states.map((state) => state.mean));
  const spread = normalise(states.map((state) => state.childrenVariance));
  const unvisited = normalise(states.map((state) => 1 / (1 + state.visits)));
  return states.map((_, index) => reward[index]! + spread[index]! + unvisited[index]!);
};

function normalise(values: readonly (number | null)[]): number[] {
  const known = values.filter((value) => value !== null);
  const least = -largestOf(known.map((value) => -value));
  const range = largestOf(known) - least;
  return values.map((value) => (value === null || !(range > 0) ? 0 : (value - least) / range));
}
