import type { AcceptedChange, Metric } from '@ace/config';
import type { Failure, Standing } from '../view/live-view.ts';

/** The same figure under version 0 and under the last version that was measured; null without a measurement. */
export interface Change<T> {
  before: T | null;
  after: T | null;
}

/** Ends of a 95 % interval; null where there is no bound. */
export type Interval = readonly [low: number | null, high: number | null];

/**
 * Figures of the fixed evaluation: root drafts only, the same addressed seeds for every version, so no
 * sampler can move them. Lost attempts are not in them.
 */
export interface Measured {
  /** Drafts that the figures rest on. */
  samples: Change<number>;
  validRate: Change<number>;
  /** Wilson's score interval. */
  validRateInterval: Change<Interval>;
  /**
   * Drafts until the first valid one, capped at 20: the mean over every starting point of each
   * competition's samples, read round. A search that finds none counts as 20.
   */
  stepsToFirstValid: Change<number>;
  /** From Wilson's intervals of the competitions' valid rates, see `stepsInterval`. */
  stepsToFirstValidInterval: Change<Interval>;
  /** Share of those searches that found none. */
  stepsFailedShare: Change<number>;
  /** Reward in [0, 1]; an invalid draft has 0. */
  meanReward: Change<number>;
  /** Student's t. */
  meanRewardInterval: Change<Interval>;
}

/** The best program of a run on one competition, training and evaluation together. */
export interface BestProgram {
  /** In the competition's metric, on the private answers. The best of many, so it flatters. */
  score: number;
  /** Share of the reference leaderboard that the score beats. */
  referencePercentile: number;
  /** Name of the attempt: `train.3.0.5`. */
  attempt: string;
  /** The program's path in the artifact store. */
  path: string;
}

export interface CompetitionReport extends Measured {
  id: string;
  split: 'train' | 'held-out';
  metric: Metric;
  direction: 'maximize' | 'minimize';
  /** Score of {@link best}; null while nothing was valid. */
  bestScore: number | null;
  best: BestProgram | null;
}

/** A choice that the policy makes more or less often than at the start, over all root drafts. */
export interface LearntChoice {
  decision: string;
  /** The choice whose share moved most. */
  choice: string;
  before: number;
  after: number;
}

/** What `ace report --json` prints. The top level's figures are those of the competitions trained on. */
export interface RunReport extends Measured {
  run: string;
  standing: Standing;
  /** Whether everything was measured; else these are the figures so far. */
  complete: boolean;
  /** What is missing, in words; null when complete. */
  missing: string | null;
  iterations: { learnt: number; all: number };
  /** Of its limits while it went on, in the order accepted. */
  changes: readonly AcceptedChange[];
  /** Policy versions compared. */
  versions: { before: number; after: number | null };
  /** Real training executions, evaluation not counted. */
  executions: number;
  evaluationExecutions: number;
  /** Wall time from the first start to the end (or to now), standstill included. */
  seconds: number;
  heldOut: Measured;
  competitions: CompetitionReport[];
  learnt: LearntChoice[];
  failure: Failure | null;
}
