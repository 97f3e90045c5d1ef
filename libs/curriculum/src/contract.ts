import type { RunConfig } from '@ace/config';
import type { StateKind } from '@ace/config/pure';

/** A live state with its statistics, as the samplers see it. */
export interface StateView {
  address: string;
  competition: string;
  kind: StateKind;
  /** Length of the chain of parents; 0 for a root. */
  depth: number;
  bornIteration: number;
  /** Address of the state whose attempt made it; null for a root. */
  parentAddress: string | null;
  /** Groups that were made for it. */
  visits: number;
  /** Exponential average of the group means of the reward, [0, 1]; null when never visited. */
  mean: number | null;
  /** Exponential average of the group variances; null when never visited. */
  variance: number | null;
  /** null when never visited. */
  lastVisitedIteration: number | null;
  /** Exponential average of the share of attempts that were valid, for the success-rate rivals; null when never visited. */
  successRate: number | null;
  /** Variance of its children's mean rewards, for the additive rival; null without visited children. */
  childrenVariance: number | null;
}

/** Statistics of all visits to one (competition, kind), the prior of a young state. */
export interface Prior {
  competition: string;
  kind: StateKind;
  visits: number;
  mean: number;
  variance: number;
}

/** One state chosen for an iteration, in slot order. */
export interface Choice {
  address: string;
  /** Probability of its first draw, q. */
  probability: number;
  /** The sampler's priority before temperature and mixing. */
  priority: number;
}

/**
 * A sampler's rule: one priority, ≥ 0, for each state, in the order of `states`. The priority of a state
 * depends on the set of states, never on their order. `iteration`: the one that will act on the choice.
 */
export type Priorities = (
  states: readonly StateView[],
  priors: readonly Prior[],
  iteration: number,
  sampler: RunConfig['sampler'],
) => number[];
