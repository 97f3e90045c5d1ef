import type { StateView } from './contract.ts';
import type { StateStatistics } from './evolution-contract.ts';
import { type GroupResult, isVisit } from './group-results.ts';
import { childrenVarianceOf, visited } from './statistics.ts';

/**
 * The states after the iteration's groups, in the order given (address order). A group of a state that is
 * no longer live changes none.
 */
export function statesAfter(
  states: readonly StateView[],
  groups: readonly GroupResult[],
  iteration: number,
  rate: number,
): StateView[] {
  const after = new Map(states.map((state) => [state.address, state]));
  const parents = new Set<string>();
  for (const group of groups.filter(isVisit)) {
    const state = after.get(group.stateAddress);
    if (state === undefined) continue;
    after.set(state.address, visited(state, group, iteration, rate));
    if (state.parentAddress !== null) parents.add(state.parentAddress);
  }
  return withChildrenVariance([...after.values()], parents);
}

const withChildrenVariance = (
  states: readonly StateView[],
  parents: ReadonlySet<string>,
): StateView[] =>
  states.map((state) =>
    parents.has(state.address)
      ? { ...state, childrenVariance: childrenVarianceOf(state.address, states) }
      : state,
  );

/** Rows of the states whose statistics are not what they were. Both lists hold the same states in one order. */
export function changedStatistics(
  before: readonly StateView[],
  after: readonly StateView[],
): StateStatistics[] {
  const changed = after.filter((state, index) => state !== before[index]);
  return changed.flatMap((state) => statisticsOf(state) ?? []);
}

/** null for a state that was never visited: it has no statistics. */
function statisticsOf(state: StateView): StateStatistics | null {
  const { address, visits, mean, variance, lastVisitedIteration, successRate, childrenVariance } =
    state;
  if (mean === null || variance === null || lastVisitedIteration === null || successRate === null) {
    return null;
  }
  return { address, visits, mean, variance, lastVisitedIteration, successRate, childrenVariance };
}
