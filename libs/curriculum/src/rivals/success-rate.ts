import type { Priorities } from '../contract.ts';

/**
 * p(1 − p) of the success rate p (sampling for learnability; Foster et al., arXiv 2502.12272).
 * A state that was never visited has the largest value, 1/4.
 */
export const successRatePriorities: Priorities = (states) =>
  states.map(({ successRate: p }) => (p === null ? 1 / 4 : p * (1 - p)));
