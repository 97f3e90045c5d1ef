import type { RunConfig } from '@ace/config';
import { StateKind } from '@ace/config/pure';
import { fillBatch, GroupOutcome, judgeGroup } from './advantage.ts';
import type { AttemptMade, GroupMade } from './evolution-contract.ts';
import { momentsOf } from './moments.ts';
import { type Direction, rewardOf, type RewardReason } from './reward.ts';
import type { Visit } from './statistics.ts';

/** An attempt with its reward; null when it was lost. */
export interface RewardedAttempt extends AttemptMade {
  reward: number | null;
  rewardReason: RewardReason;
}

/** A group with what it showed and what becomes of it in the update. */
export interface GroupResult extends GroupMade, Visit {
  /** In order of sample. */
  attempts: RewardedAttempt[];
  outcome: GroupOutcome;
}

/** The outcomes of an iteration are not one attempt for each (group, sample). */
export class IncompleteOutcomesError extends Error {
  override readonly name = 'IncompleteOutcomesError';
  constructor(
    readonly slot: number,
    readonly expected: number,
    readonly samples: readonly number[],
  ) {
    super(
      `group ${slot}: expected samples 0 to ${expected - 1}, got ${samples.join(', ') || 'none'}`,
    );
  }
}

/** It is not said which scores of a competition are better. */
export class UnknownDirectionError extends Error {
  override readonly name = 'UnknownDirectionError';
  constructor(readonly competition: string) {
    super(`competition "${competition}": no direction given`);
  }
}

export interface GroupResultsInput {
  groups: readonly GroupMade[];
  outcomes: readonly AttemptMade[];
  /** By competition. */
  directions: ReadonlyMap<string, Direction>;
  config: Pick<RunConfig, 'groupSize' | 'groups' | 'minGroupSize' | 'reward' | 'update'>;
}

/**
 * Rewards, moments and outcomes of the iteration's groups, in slot order. Throws
 * {@link IncompleteOutcomesError} and {@link UnknownDirectionError}.
 */
export function groupResults(input: GroupResultsInput): GroupResult[] {
  const { groups, outcomes, config } = input;
  const stray = outcomes.find(({ slot }) => !groups.some((group) => group.slot === slot));
  if (stray !== undefined) throw new IncompleteOutcomesError(stray.slot, 0, [stray.sample]);
  const judged = groups.map((group) => {
    const own = outcomes.filter((outcome) => outcome.slot === group.slot);
    const direction = input.directions.get(group.competition);
    if (direction === undefined) throw new UnknownDirectionError(group.competition);
    return resultOf(group, complete(group.slot, own, config.groupSize), direction, config);
  });
  return fillBatch(judged, config.groups);
}

/** Whether the group is a visit of its state: enough of its attempts were left to say something. */
export const isVisit = ({ outcome }: GroupResult): boolean =>
  outcome !== GroupOutcome.AllLost && outcome !== GroupOutcome.TooSmall;

function complete(slot: number, attempts: readonly AttemptMade[], size: number): AttemptMade[] {
  const sorted = [...attempts].sort((a, b) => a.sample - b.sample);
  const whole = sorted.length === size && sorted.every(({ sample }, index) => sample === index);
  if (whole) return sorted;
  throw new IncompleteOutcomesError(
    slot,
    size,
    sorted.map(({ sample }) => sample),
  );
}

function resultOf(
  group: GroupMade,
  attempts: readonly AttemptMade[],
  direction: Direction,
  config: GroupResultsInput['config'],
): GroupResult {
  const rewarded = attempts.map((attempt) => withReward(attempt, group, direction, config.reward));
  const rewards = rewarded.map(({ reward }) => reward);
  const { mean, variance } = momentsOf(rewards.filter((reward) => reward !== null));
  const kept = rewarded.filter(({ lost }) => !lost);
  return {
    ...group,
    attempts: rewarded,
    mean,
    variance,
    validRate: momentsOf(kept.map(({ valid }) => Number(valid))).mean,
    outcome: judgeGroup(rewards, {
      minGroupSize: config.minGroupSize,
      minSpread: config.update.minSpread,
    }),
  };
}

function withReward(
  attempt: AttemptMade,
  group: GroupMade,
  direction: Direction,
  config: RunConfig['reward'],
): RewardedAttempt {
  const parent =
    group.kind === StateKind.Draft
      ? null
      : { score: attempt.parentScore, codeHash: attempt.parentCodeHash };
  const { reward, reason } = rewardOf({ grade: attempt, parent, direction, config });
  return { ...attempt, reward, rewardReason: reason };
}
