import type { RunConfig } from '@ace/config';
import { advantagesOf, GroupOutcome } from './advantage.ts';
import { birthsOf, type Newborn } from './births.ts';
import type { Prior, StateView } from './contract.ts';
import { birthDecisions, evictionDecisions, groupDecisions } from './decisions.ts';
import { evictionsOf, masteredStates } from './evictions.ts';
import type { AttemptMade, Evolution, GroupMade } from './evolution-contract.ts';
import { type GroupResult, groupResults, isVisit } from './group-results.ts';
import { sortedByText } from './order.ts';
import { overQuota } from './quota.ts';
import type { Direction } from './reward.ts';
import { updatedPriors } from './statistics.ts';
import { changedStatistics, statesAfter } from './visits.ts';

export interface EvolveInput {
  iteration: number;
  /** Every group of the iteration and one closed attempt for each of its samples; any order. */
  groups: readonly GroupMade[];
  outcomes: readonly AttemptMade[];
  /** Of the groups' competitions. */
  directions: ReadonlyMap<string, Direction>;
  /** The buffer after the iteration before: live states and priors; any order. */
  states: readonly StateView[];
  priors: readonly Prior[];
  /** `codeKey`s of the live states' code. */
  liveCodes: ReadonlySet<string>;
  config: EvolveConfig;
}

export type EvolveConfig = Pick<
  RunConfig,
  'groups' | 'groupSize' | 'minGroups' | 'minGroupSize' | 'sampler' | 'reward' | 'update' | 'evolve'
>;

/** Fewer groups than `minGroups` kept enough attempts. */
export class TooFewGroupsError extends Error {
  override readonly name = 'TooFewGroupsError';
  constructor(
    readonly iteration: number,
    readonly survived: number,
    readonly required: number,
  ) {
    super(`iteration ${iteration}: ${survived} groups survived, minGroups is ${required}`);
  }
}

/**
 * What learn(k) makes of its groups: rewards, advantages, new statistics, births and evictions, each with
 * its reason. A pure function of its input as sets: the order of groups, outcomes, states and priors
 * changes nothing. Throws {@link TooFewGroupsError}, `IncompleteOutcomesError`, `IncompleteGradeError`,
 * `UnknownDirectionError`.
 */
export function evolve(input: EvolveInput): Evolution {
  const { iteration, config } = input;
  const groups = survivingGroups(input);
  const before = sortedByText(input.states, (state) => state.address);
  const after = statesAfter(before, groups, iteration, config.sampler.averageRate);
  const priors = updatedPriors(input.priors, groups.filter(isVisit), config.sampler);
  const births = birthsOf(groups, input);
  const newborns = births.flatMap(({ newborn }) => newborn ?? []);
  const mastered = masteredStates(after, groups, config);
  const contenders = [...after.filter(({ address }) => !mastered.has(address)), ...newborns];
  const over = overQuota({ states: contenders, priors, iteration, config });
  const evicted = evictionsOf(after, mastered, over);
  const live = new Set(before.map(({ address }) => address));
  return {
    rewards: groups.flatMap((group) => rewardRows(group, config.update)),
    groups: groups.map(groupRow),
    born: newborns.filter(({ address }) => !over.has(address)).map(birthRow),
    evicted,
    statistics: changedStatistics(before, after),
    priors,
    decisions: [
      ...birthDecisions(births, over),
      ...evictionDecisions(evicted),
      ...groupDecisions(groups, (address) => live.has(address), config.groups),
    ],
  };
}

function survivingGroups(input: EvolveInput): GroupResult[] {
  const { iteration, config } = input;
  const results = groupResults(input);
  const survived = results.filter(isVisit).length;
  if (survived < config.minGroups) {
    throw new TooFewGroupsError(iteration, survived, config.minGroups);
  }
  return results;
}

function rewardRows(group: GroupResult, config: RunConfig['update']): Evolution['rewards'] {
  const kept = group.attempts.flatMap(({ slot, sample, reward, rewardReason }) =>
    reward === null ? [] : [{ slot, sample, reward, rewardReason }],
  );
  const used = group.outcome === GroupOutcome.Used;
  const advantages = advantagesOf(
    kept.map(({ reward }) => reward),
    config,
  );
  return kept.map(({ rewardReason, ...row }, index) => ({
    ...row,
    advantage: used ? advantages[index]! : null,
    used,
    reason: used ? rewardReason : group.outcome,
  }));
}

const groupRow = (group: GroupResult): Evolution['groups'][number] => ({
  slot: group.slot,
  mean: group.mean,
  variance: group.variance,
  validRate: group.validRate,
  outcome: group.outcome,
});

const birthRow = (newborn: Newborn): Evolution['born'][number] => ({
  address: newborn.address,
  competition: newborn.competition,
  kind: newborn.kind,
  depth: newborn.depth,
  parentAddress: newborn.parentAddress,
  codeHash: newborn.codeHash,
});
