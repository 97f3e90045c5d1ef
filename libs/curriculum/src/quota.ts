import type { RunConfig } from '@ace/config';
import type { Prior, StateView } from './contract.ts';
import { compareText } from './order.ts';
import { prioritiesOf } from './priority.ts';
import { isRoot } from './rivals/roots-only.ts';

interface QuotaInput {
  /** Live states and newborns together. */
  states: readonly StateView[];
  priors: readonly Prior[];
  iteration: number;
  config: Pick<RunConfig, 'sampler' | 'evolve'>;
}

/**
 * Addresses of the states that have no place in their competition's quota. The lowest priority goes first,
 * by the sampler's own rule without staleness; of equal ones the older, then the later address. A state whose
 * every attempt failed ranks no lower than if it had never been tried: its failures are never the reason.
 * Roots are outside the quota.
 */
export function overQuota({ states, priors, iteration, config }: QuotaInput): Set<string> {
  const calm = { ...config.sampler, stalenessBonus: 0 };
  const priorities = prioritiesOf(calm.kind);
  const own = priorities(states, priors, iteration, calm);
  const untried = priorities(states.map(asUntried), priors, iteration, calm);
  const ranked = states
    .map((state, index) => ({
      state,
      rank: isUnsolved(state) ? Math.max(own[index]!, untried[index]!) : own[index]!,
    }))
    .filter(({ state }) => !isRoot(state))
    .sort(
      (a, b) =>
        b.rank - a.rank ||
        b.state.bornIteration - a.state.bornIteration ||
        compareText(a.state.address, b.state.address),
    );
  return beyondQuota(
    ranked.map(({ state }) => state),
    config.evolve.quotaPerCompetition,
  );
}

function beyondQuota(best: readonly StateView[], quota: number): Set<string> {
  const kept = new Map<string, number>();
  const over = new Set<string>();
  for (const { competition, address } of best) {
    const count = kept.get(competition) ?? 0;
    if (count >= quota) over.add(address);
    else kept.set(competition, count + 1);
  }
  return over;
}

/** Visited, and not one attempt of any group was valid. */
const isUnsolved = (state: StateView): boolean => state.successRate === 0;

const asUntried = (state: StateView): StateView =>
  isUnsolved(state)
    ? {
        ...state,
        visits: 0,
        mean: null,
        variance: null,
        successRate: null,
        lastVisitedIteration: null,
      }
    : state;
