import type { RunConfig } from '@ace/config';
import type { StateView } from './contract.ts';
import { DecisionReason } from './evolution-contract.ts';
import { type GroupResult, isVisit } from './group-results.ts';
import { isRoot } from './rivals/roots-only.ts';

/**
 * Addresses of the states that have nothing left to teach: the average of the mean reward reaches
 * `masteredMean`, and the rewards of the last group did not spread. Roots are never mastered.
 */
export function masteredStates(
  states: readonly StateView[],
  groups: readonly GroupResult[],
  config: Pick<RunConfig, 'evolve' | 'update'>,
): Set<string> {
  const lastVariance = new Map(
    groups.filter(isVisit).map((group) => [group.stateAddress, group.variance]),
  );
  const mastered = states.filter((state) => {
    const variance = lastVariance.get(state.address);
    if (isRoot(state) || variance === undefined || state.mean === null) return false;
    const spreads = variance > 0 && Math.sqrt(variance) >= config.update.minSpread;
    return !spreads && state.mean >= config.evolve.masteredMean;
  });
  return new Set(mastered.map((state) => state.address));
}

/** The evicted of `states`, in their order, with the reason. */
export const evictionsOf = (
  states: readonly StateView[],
  mastered: ReadonlySet<string>,
  overQuota: ReadonlySet<string>,
): { address: string; reason: DecisionReason }[] =>
  states
    .filter(({ address }) => mastered.has(address) || overQuota.has(address))
    .map(({ address }) => ({
      address,
      reason: mastered.has(address) ? DecisionReason.Mastered : DecisionReason.Quota,
    }));
