import type { RunConfig } from '@ace/config';
import { momentsOf } from './moments.ts';

/**
 * Advantages of one group's rewards: (r − mean) / (std + δ) with the population's standard deviation
 * (GRPO; Shao et al., arXiv 2402.03300), or r − mean (Dr. GRPO; Liu et al., arXiv 2503.20783). They sum to
 * zero. `rewards` are those of the attempts that were not lost, in address order.
 */
export function advantagesOf(
  rewards: readonly number[],
  config: Pick<RunConfig['update'], 'divideByDeviation' | 'deviationFloor'>,
): number[] {
  const { mean, variance } = momentsOf(rewards);
  const divisor = config.divideByDeviation ? Math.sqrt(variance) + config.deviationFloor : 1;
  return rewards.map((reward) => (variance === 0 ? 0 : (reward - mean) / divisor));
}

/** What became of a group in the update. */
export const GroupOutcome = {
  /** In the batch. */
  Used: 'used',
  /** Every attempt was lost. */
  AllLost: 'all lost',
  /** Fewer attempts than `minGroupSize` were left. */
  TooSmall: 'too small',
  /** The rewards' standard deviation is below `minSpread`: no gradient. */
  NoSpread: 'no spread',
  /** Usable, but the batch was full without it. */
  Spare: 'spare',
} as const;
export type GroupOutcome = (typeof GroupOutcome)[keyof typeof GroupOutcome];

/**
 * The group filter, by the spread of the rewards and never by their mean. `rewards`: null for a lost
 * attempt. Usable groups are `used` here; {@link fillBatch} may still spare them.
 */
export function judgeGroup(
  rewards: readonly (number | null)[],
  limits: { minGroupSize: number; minSpread: number },
): Exclude<GroupOutcome, 'spare'> {
  const kept = rewards.filter((reward) => reward !== null);
  if (kept.length === 0) return GroupOutcome.AllLost;
  if (kept.length < limits.minGroupSize) return GroupOutcome.TooSmall;
  const { variance } = momentsOf(kept);
  const spreads = variance > 0 && Math.sqrt(variance) >= limits.minSpread;
  return spreads ? GroupOutcome.Used : GroupOutcome.NoSpread;
}

/**
 * Fills the batch: usable wanted groups, then usable spare groups by slot until `wanted` are in. A usable
 * spare group beyond that becomes `spare`; every other group is returned as it came, in slot order.
 */
export function fillBatch<G extends { slot: number; spare: boolean; outcome: GroupOutcome }>(
  groups: readonly G[],
  wanted: number,
): G[] {
  const bySlot = [...groups].sort((a, b) => a.slot - b.slot);
  const usable = bySlot.filter((group) => group.outcome === GroupOutcome.Used);
  let room = wanted - usable.filter((group) => !group.spare).length;
  return bySlot.map((group) => {
    const fills = group.spare && group.outcome === GroupOutcome.Used;
    return fills && room-- <= 0 ? { ...group, outcome: GroupOutcome.Spare } : group;
  });
}
