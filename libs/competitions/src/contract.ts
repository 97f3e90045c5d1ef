import type { Competition } from '@ace/config';

/** A competition on disk in MLE-bench's layout. All paths are absolute. */
export interface PreparedCompetition {
  config: Competition;
  /** description.md, train.csv, test.csv, sample_submission.csv. */
  publicFolder: string;
  /** answers.csv. Never enters a sandbox. */
  privateFolder: string;
  /** Scores of the reference pipelines, best first in the competition's direction; at least 50. */
  leaderboard: readonly number[];
  /** SHA-256 over config, prepared files and leaderboard: part of a run's config. */
  fingerprint: string;
}

/** Why a submission does not count. `Ungradable`: it killed the grader three times, a good one passing between. */
export const InvalidReason = {
  MissingFile: 'missing file',
  Unreadable: 'unreadable',
  WrongColumns: 'wrong columns',
  WrongIds: 'wrong ids',
  Duplicates: 'duplicate ids',
  NotFinite: 'missing or infinite values',
  NotNumeric: 'not numeric',
  UnknownClass: 'unknown class',
  OutOfRange: 'out of range',
  Ungradable: 'ungradable',
} as const;
export type InvalidReason = (typeof InvalidReason)[keyof typeof InvalidReason];

export type Grade =
  | {
      valid: true;
      score: number;
      /** Share of the leaderboard that the score beats, 0 to 1. */ referencePercentile: number;
    }
  | { valid: false; reason: InvalidReason; detail: string };

/** Grades submissions with scikit-learn's metrics in a process that is kept alive. */
export interface Grader {
  /**
   * `submissionPath`: absolute; null when the program wrote none, which is `missing file`. Rejects with
   * {@link GraderError} when the grader, not the submission, is at fault: also when a file that was named is
   * not there, for then it was lost after the program had written it.
   */
  grade(competition: PreparedCompetition, submissionPath: string | null): Promise<Grade>;
  close(): Promise<void>;
}

/** The grader is broken: an infrastructure failure, retried, never a grade. */
export class GraderError extends Error {
  override readonly name = 'GraderError';
}
