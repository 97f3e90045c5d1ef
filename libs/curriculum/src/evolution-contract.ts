import type { StateKind } from '@ace/config/pure';
import type { GroupOutcome } from './advantage.ts';
import type { Prior } from './contract.ts';
import type { AttemptGrade, RewardReason } from './reward.ts';

/** A group that was made in the iteration, and the state it was made for. */
export interface GroupMade {
  slot: number;
  stateAddress: string;
  competition: string;
  kind: StateKind;
  /** The state's depth; 0 for a root. */
  depth: number;
  /** Sampled beside the wanted groups, to fill the batch. */
  spare: boolean;
}

/** One closed attempt of the iteration. */
export interface AttemptMade extends AttemptGrade {
  slot: number;
  sample: number;
  /** Of the solution that the state holds; both null for a draft. */
  parentScore: number | null;
  parentCodeHash: string | null;
}

/** What an entry of {@link Evolution.decisions} decides. */
export const DecisionKind = {
  /** Subject: an attempt's address. It became a state. */
  Born: 'born',
  /** Subject: an attempt's address. It became none. Every attempt is either born or not born. */
  NotBorn: 'not born',
  /** Subject: a state's address. */
  Evicted: 'evicted',
  /** Subject: `group <slot>`. Its attempts are not in the update. */
  LeftOut: 'left out',
  /** Subject: `group <slot>`. Its state was evicted while the group was under way: no statistics row. */
  NotCounted: 'not counted',
  /** Subject: `batch`. */
  Batch: 'batch',
} as const;
export type DecisionKind = (typeof DecisionKind)[keyof typeof DecisionKind];

export const DecisionReason = {
  /** Born: a working parent to improve, or a failing one to debug. */
  Valid: 'valid',
  Invalid: 'invalid',
  /** Not born. */
  Lost: 'lost',
  RootsOnly: 'roots only',
  TooDeep: 'too deep',
  Duplicate: 'duplicate',
  /** Not born or evicted: the competition's quota went to states of higher priority. */
  Quota: 'quota',
  Mastered: 'mastered',
  /** Left out: the group's outcome. */
  AllLost: 'all lost',
  TooSmall: 'too small',
  NoSpread: 'no spread',
  Spare: 'spare',
  StateEvicted: 'state evicted',
  /** Batch: as many groups as wanted, fewer, or none. */
  Full: 'full',
  Short: 'short',
  Empty: 'empty',
} as const;
export type DecisionReason = (typeof DecisionReason)[keyof typeof DecisionReason];

export interface Decision {
  subject: string;
  decision: DecisionKind;
  reason: DecisionReason;
}

/** Statistics of a state from this iteration on. */
export interface StateStatistics {
  address: string;
  visits: number;
  mean: number;
  variance: number;
  lastVisitedIteration: number;
  successRate: number;
  childrenVariance: number | null;
}

/** Everything that learn(k) decides about the buffer and the batch, in address order throughout. */
export interface Evolution {
  /**
   * One row for each attempt that was not lost. `reason`: of the reward when used, else the group's
   * outcome. `advantage` is null unless used.
   */
  rewards: {
    slot: number;
    sample: number;
    reward: number;
    advantage: number | null;
    used: boolean;
    reason: RewardReason | GroupOutcome;
  }[];
  /** One row for each group. Mean, variance and valid rate of the attempts left; 0 when all are lost. */
  groups: {
    slot: number;
    mean: number;
    variance: number;
    validRate: number;
    outcome: GroupOutcome;
  }[];
  /** `parentAddress`: of the state whose attempt it was. */
  born: {
    address: string;
    competition: string;
    kind: StateKind;
    depth: number;
    parentAddress: string;
    codeHash: string;
  }[];
  evicted: { address: string; reason: DecisionReason }[];
  /** Rows of the states whose statistics changed. */
  statistics: StateStatistics[];
  /** The priors of every (competition, kind) visited so far. */
  priors: Prior[];
  /** Numbered by their order. */
  decisions: Decision[];
}
