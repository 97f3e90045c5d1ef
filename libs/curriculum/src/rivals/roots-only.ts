import type { Priorities, StateView } from '../contract.ts';

/** No evolving buffer: roots alike, every child 0. Children are no candidates at all, see {@link isRoot}. */
export const rootsOnlyPriorities: Priorities = (states) =>
  states.map((state) => (isRoot(state) ? 1 : 0));

export const isRoot = (state: Pick<StateView, 'depth'>): boolean => state.depth === 0;
