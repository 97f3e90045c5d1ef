import type { RunConfig } from '@ace/config';
import { childAddress, StateKind } from '@ace/config/pure';
import type { StateView } from './contract.ts';
import { DecisionReason } from './evolution-contract.ts';
import type { GroupResult, RewardedAttempt } from './group-results.ts';

/** A state that an attempt becomes, if its competition's quota allows. */
export interface Newborn extends StateView {
  parentAddress: string;
  codeHash: string;
}

/** What an attempt becomes before the quota, and why; `newborn` is null when it becomes nothing. */
export interface Birth {
  /** The attempt's address, and its state's. */
  address: string;
  newborn: Newborn | null;
  reason: DecisionReason;
}

/** Names code for deduplication: one kind of state of one competition and the hash of the normalised code. */
export const codeKey = (competition: string, kind: StateKind, codeHash: string): string =>
  `${competition}/${kind}/${codeHash}`;

interface BirthInput {
  iteration: number;
  /** `codeKey`s of the live states' code. */
  liveCodes: ReadonlySet<string>;
  config: Pick<RunConfig, 'sampler' | 'evolve'>;
}

/**
 * One entry for each attempt, in address order: a valid one becomes an `improve` state, a failed one a
 * `debug` state, whatever its failure. Of siblings with equal code the first stays.
 */
export function birthsOf(groups: readonly GroupResult[], input: BirthInput): Birth[] {
  const codes = new Set(input.liveCodes);
  return groups.flatMap((group) =>
    group.attempts.map((attempt) => {
      const newborn = newbornOf(attempt, group, input.iteration);
      const refusal = refusalOf(attempt, newborn, codes, input.config);
      if (refusal !== null) return { address: newborn.address, newborn: null, reason: refusal };
      codes.add(codeKey(newborn.competition, newborn.kind, newborn.codeHash));
      const reason = attempt.valid ? DecisionReason.Valid : DecisionReason.Invalid;
      return { address: newborn.address, newborn, reason };
    }),
  );
}

function refusalOf(
  attempt: RewardedAttempt,
  { competition, kind, codeHash, depth }: Newborn,
  codes: ReadonlySet<string>,
  config: BirthInput['config'],
): DecisionReason | null {
  if (attempt.lost) return DecisionReason.Lost;
  if (config.sampler.kind === 'roots-only') return DecisionReason.RootsOnly;
  if (depth > config.evolve.maxDepth) return DecisionReason.TooDeep;
  return codes.has(codeKey(competition, kind, codeHash)) ? DecisionReason.Duplicate : null;
}

const newbornOf = (attempt: RewardedAttempt, group: GroupResult, iteration: number): Newborn => ({
  address: childAddress({ iteration, slot: attempt.slot, sample: attempt.sample }),
  competition: group.competition,
  kind: attempt.valid ? StateKind.Improve : StateKind.Debug,
  depth: group.depth + 1,
  bornIteration: iteration,
  parentAddress: group.stateAddress,
  codeHash: attempt.codeHash,
  visits: 0,
  mean: null,
  variance: null,
  lastVisitedIteration: null,
  successRate: null,
  childrenVariance: null,
});
