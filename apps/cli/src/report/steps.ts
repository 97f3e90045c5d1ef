import {
  addressedIndex,
  stepCap,
  stepsToFirstValid as stepsOfSearches,
  type StepsToFirstValid,
} from '@ace/curriculum';
import type { Interval } from './contract.ts';

const resamples = 1000;

/**
 * Steps to the first valid draft over every starting point of each competition's samples, read round: all
 * samples count, not only those before the first valid one.
 */
export const stepsFromEveryStart = (drafts: readonly (readonly boolean[])[]): StepsToFirstValid =>
  stepsOfSearches(drafts.flatMap(searchesOf));

const searchesOf = (drafts: readonly boolean[]): boolean[][] =>
  drafts.map((_, start) => [...drafts.slice(start), ...drafts.slice(0, start)].slice(0, stepCap));

/**
 * 95 % interval of {@link stepsFromEveryStart}: percentile bootstrap (Efron 1979), each competition's samples
 * drawn anew among themselves, on addressed randomness, so that a report is the same whenever it is made.
 */
export function stepsInterval(drafts: readonly (readonly boolean[])[]): Interval {
  const steps = Array.from({ length: resamples }, (_, resample) => {
    const drawn = drafts.map((samples, place) => redrawn(samples, [resample, place]));
    return stepsFromEveryStart(drawn).steps;
  });
  const sorted = steps.filter((value) => value !== null).sort((a, b) => a - b);
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

const redrawn = (samples: readonly boolean[], parts: number[]): boolean[] =>
  samples.map((_, index) => {
    const address = { seed: 0, purpose: 'steps interval', parts: [...parts, index] };
    return samples[addressedIndex(address, samples.length)]!;
  });

const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.round(share * (sorted.length - 1))] ?? null;
