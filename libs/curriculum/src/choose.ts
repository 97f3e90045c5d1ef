import type { RunConfig } from '@ace/config';
import type { Choice, Prior, StateView } from './contract.ts';
import { compareText, largestOf, sortedByText } from './order.ts';
import { prioritiesOf } from './priority.ts';
import { addressedUniform } from './random.ts';
import { isRoot } from './rivals/roots-only.ts';

export interface ChooseInput {
  /** The live states, in any order. */
  states: readonly StateView[];
  priors: readonly Prior[];
  /** The iteration that acts on the choice. */
  iteration: number;
  /** Groups wanted, spare ones included. */
  count: number;
  sampler: RunConfig['sampler'];
  seed: number;
}

/** There is no state to choose from. */
export class NoStatesError extends Error {
  override readonly name = 'NoStatesError';
  constructor(readonly iteration: number) {
    super(`iteration ${iteration}: no live state to choose from`);
  }
}

/**
 * Chooses `count` states, in slot order. A round draws without replacement with first-draw probabilities
 * q = (1 − ε) · LP^(1/T) / Σ LP^(1/T) + ε / n, by Gumbel top-k (Kool, van Hoof, Welling, arXiv 1903.06059):
 * the states in descending order of ln q + G. G is drawn at (seed, iteration, round, state's address), so
 * the order of `states` does not matter. With fewer states than `count` another round follows with fresh
 * draws, and a state that comes again gets another slot with a group of its own.
 * Throws {@link NoStatesError} when there is no candidate.
 */
export function chooseStates(input: ChooseInput): Choice[] {
  const candidates = candidatesOf(input);
  if (candidates.length === 0) throw new NoStatesError(input.iteration);
  const chosen: Choice[] = [];
  for (let round = 0; chosen.length < input.count; round++) {
    const drawn = drawRound(candidates, round, input);
    chosen.push(...drawn.slice(0, input.count - chosen.length));
  }
  return chosen;
}

/** Sums run in address order, so that equal sets give equal probabilities to the last bit. */
function candidatesOf({ states, priors, iteration, sampler }: ChooseInput): Choice[] {
  const eligible = sampler.kind === 'roots-only' ? states.filter(isRoot) : states;
  const sorted = sortedByText(eligible, (state) => state.address);
  const priorities = prioritiesOf(sampler.kind)(sorted, priors, iteration, sampler);
  const probabilities = firstDrawProbabilities(priorities, sampler);
  return sorted.map((state, index) => ({
    address: state.address,
    probability: probabilities[index]!,
    priority: priorities[index]!,
  }));
}

/**
 * Probability of each state's first draw. Priorities are ≥ 0 and are scaled by the largest first, so that
 * no power over- or underflows for it; when all are 0 the draw is uniform.
 */
export function firstDrawProbabilities(
  priorities: readonly number[],
  sampler: Pick<RunConfig['sampler'], 'temperature' | 'uniformShare'>,
): number[] {
  const largest = largestOf(priorities);
  const weights = priorities.map((priority) =>
    largest > 0 ? (priority / largest) ** (1 / sampler.temperature) : 1,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const { uniformShare } = sampler;
  return weights.map(
    (weight) => (1 - uniformShare) * (weight / total) + uniformShare / weights.length,
  );
}

function drawRound(candidates: readonly Choice[], round: number, input: ChooseInput): Choice[] {
  const keyed = candidates.map((choice) => ({ choice, key: gumbelAt(choice, round, input) }));
  keyed.sort(
    (a, b) =>
      // Impossible states (q = 0) come after all others, in random order: the limit of a small ε.
      Number(b.choice.probability > 0) - Number(a.choice.probability > 0) ||
      keyOf(b) - keyOf(a) ||
      compareText(a.choice.address, b.choice.address),
  );
  return keyed.map(({ choice }) => choice);
}

const keyOf = ({ choice, key }: { choice: Choice; key: number }): number =>
  choice.probability > 0 ? Math.log(choice.probability) + key : key;

const gumbelAt = ({ address }: Choice, round: number, { seed, iteration }: ChooseInput): number =>
  -Math.log(
    -Math.log(
      addressedUniform({ seed, purpose: 'choose state', parts: [iteration, round, address] }),
    ),
  );
