import type { RunConfig } from '@ace/config';

/** Where an attempt's reward comes from. */
export const RewardReason = {
  /** An infrastructure failure closed the attempt: no reward at all. */
  Lost: 'lost',
  Invalid: 'invalid',
  /** Valid, but the code is its parent's. */
  ParentCopy: 'copy of parent',
  /** Valid and better than its parent. */
  BeatsParent: 'beats parent',
  Valid: 'valid',
} as const;
export type RewardReason = (typeof RewardReason)[keyof typeof RewardReason];

/** An attempt as it was closed. */
export interface AttemptGrade {
  lost: boolean;
  valid: boolean;
  /** In the competition's metric; null unless valid. */
  score: number | null;
  /** Share of the leaderboard that the score beats, 0 to 1; null unless valid. */
  referencePercentile: number | null;
  /** Hash of the normalised code. */
  codeHash: string;
}

/** The solution that an improve or debug attempt started from. */
export interface AttemptParent {
  /** null when it failed: any valid score beats it. */
  score: number | null;
  codeHash: string | null;
}

/** A grade says "valid" without what a valid grade holds: the grader is at fault, never the attempt. */
export class IncompleteGradeError extends Error {
  override readonly name = 'IncompleteGradeError';
  constructor(
    readonly missing: 'score' | 'referencePercentile',
    readonly value: number | null,
  ) {
    super(`a valid grade has ${missing} ${value}`);
  }
}

/** Which scores of a competition are better. */
export type Direction = 'maximize' | 'minimize';

export interface RewardInput {
  grade: AttemptGrade;
  /** null for a draft. */
  parent: AttemptParent | null;
  direction: Direction;
  config: RunConfig['reward'];
}

/**
 * The reward of one attempt, in [0, 1], and where it comes from. Lost: null. Invalid: 0. Valid:
 * floor + (1 − floor) · referencePercentile, plus the bonus for beating the parent, at most 1; 0 for code
 * that is the parent's. Throws {@link IncompleteGradeError}.
 */
export function rewardOf({ grade, parent, direction, config }: RewardInput): {
  reward: number | null;
  reason: RewardReason;
} {
  if (grade.lost) return { reward: null, reason: RewardReason.Lost };
  if (!grade.valid) return { reward: 0, reason: RewardReason.Invalid };
  const score = finite(grade.score, 'score');
  const percentile = finite(grade.referencePercentile, 'referencePercentile');
  if (config.zeroForParentCopy && parent?.codeHash === grade.codeHash) {
    return { reward: 0, reason: RewardReason.ParentCopy };
  }
  const base = config.validityFloor + (1 - config.validityFloor) * percentile;
  return parent !== null && beats(score, parent.score, direction)
    ? { reward: Math.min(1, base + config.parentBonus), reason: RewardReason.BeatsParent }
    : { reward: base, reason: RewardReason.Valid };
}

function finite(value: number | null, name: 'score' | 'referencePercentile'): number {
  const usable =
    value !== null && Number.isFinite(value) && (name === 'score' || (value >= 0 && value <= 1));
  if (!usable) throw new IncompleteGradeError(name, value);
  return value;
}

const beats = (score: number, parentScore: number | null, direction: Direction): boolean =>
  parentScore === null || (direction === 'maximize' ? score > parentScore : score < parentScore);
