import { GroupOutcome } from './advantage.ts';
import type { Birth } from './births.ts';
import { type Decision, DecisionKind, DecisionReason } from './evolution-contract.ts';
import { type GroupResult, isVisit } from './group-results.ts';

/** One decision for each attempt: born or not. */
export const birthDecisions = (
  births: readonly Birth[],
  overQuota: ReadonlySet<string>,
): Decision[] =>
  births.map(({ address, newborn, reason }) => {
    if (newborn === null) return { subject: address, decision: DecisionKind.NotBorn, reason };
    return overQuota.has(address)
      ? { subject: address, decision: DecisionKind.NotBorn, reason: DecisionReason.Quota }
      : { subject: address, decision: DecisionKind.Born, reason };
  });

export const evictionDecisions = (
  evicted: readonly { address: string; reason: DecisionReason }[],
): Decision[] =>
  evicted.map(({ address, reason }) => ({
    subject: address,
    decision: DecisionKind.Evicted,
    reason,
  }));

/** Groups that are not in the update, visits that no live state takes, and how full the batch is. */
export function groupDecisions(
  groups: readonly GroupResult[],
  isLive: (address: string) => boolean,
  wanted: number,
): Decision[] {
  const leftOut = groups.flatMap(({ slot, outcome }) =>
    outcome === GroupOutcome.Used
      ? []
      : [{ subject: `group ${slot}`, decision: DecisionKind.LeftOut, reason: outcome }],
  );
  const uncounted = groups
    .filter((group) => isVisit(group) && !isLive(group.stateAddress))
    .map(({ slot }) => ({
      subject: `group ${slot}`,
      decision: DecisionKind.NotCounted,
      reason: DecisionReason.StateEvicted,
    }));
  const used = groups.length - leftOut.length;
  return [...leftOut, ...uncounted, batchDecision(used, wanted)];
}

function batchDecision(used: number, wanted: number): Decision {
  const short = used === 0 ? DecisionReason.Empty : DecisionReason.Short;
  return {
    subject: 'batch',
    decision: DecisionKind.Batch,
    reason: used >= wanted ? DecisionReason.Full : short,
  };
}
