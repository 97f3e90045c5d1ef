import type { StateView } from './contract.ts';

/** Iterations since the state's last visit, or since its birth when it was never visited; never negative. */
export const iterationsSinceVisit = (
  state: Pick<StateView, 'lastVisitedIteration' | 'bornIteration'>,
  iteration: number,
): number => Math.max(0, iteration - (state.lastVisitedIteration ?? state.bornIteration));
