import {
  stepCap,
  type StepsToFirstValid,
  stepsToFirstValid as stepsOfSearches,
  wilsonInterval,
} from '@ace/curriculum';
import type { Interval } from './contract.ts';

/** Whether each draft of one competition was valid, in order of sample. */
type Validities = readonly boolean[];

/**
 * Steps to the first valid draft over every starting point of each competition's samples, read round: all
 * samples count, not only those before the first valid one.
 */
export const stepsFromEveryStart = (drafts: readonly Validities[]): StepsToFirstValid =>
  stepsOfSearches(drafts.flatMap(searchesOf));

const searchesOf = (drafts: Validities): Validities[] =>
  drafts.map((_, start) => [...drafts.slice(start), ...drafts.slice(0, start)].slice(0, stepCap));

/**
 * 95 % interval of {@link stepsFromEveryStart} for competitions with equally many samples. Of each competition
 * Wilson's interval of the valid rate, seen as the steps that such a rate would take; of their mean by MOVER
 * (Zou and Donner 2008), which adds the distances to each end like standard errors. So 20 valid drafts of 20
 * are no certainty, as they would be for a bootstrap.
 */
export function stepsInterval(drafts: readonly Validities[]): Interval {
  const parts = drafts.filter((samples) => samples.length > 0).map(partOf);
  if (parts.length === 0) return [null, null];
  const mean = parts.reduce((sum, { steps }) => sum + steps, 0) / parts.length;
  const distance = (of: (part: Part) => number): number =>
    Math.sqrt(parts.reduce((sum, part) => sum + of(part) ** 2, 0)) / parts.length;
  return [
    mean - distance(({ steps, fewest }) => steps - fewest),
    mean + distance(({ steps, most }) => most - steps),
  ];
}

/** The steps of one competition, and the ends of their interval. */
interface Part {
  steps: number;
  fewest: number;
  most: number;
}

function partOf(samples: Validities): Part {
  const steps = stepsFromEveryStart([samples]).steps ?? stepCap;
  const { low, high } = wilsonInterval(samples.filter(Boolean).length, samples.length);
  return {
    steps,
    fewest: Math.min(steps, expectedSteps(high)),
    most: Math.max(steps, expectedSteps(low)),
  };
}

/** Mean of a geometric distribution that is capped at {@link stepCap}. */
const expectedSteps = (validRate: number): number =>
  validRate === 0 ? stepCap : (1 - (1 - validRate) ** stepCap) / validRate;
