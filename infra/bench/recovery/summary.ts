import { median, quantile } from '../sandbox/statistics.ts';
import type { Spread } from './results-contract.ts';

const none: Spread = { n: 0, median: 0, p95: 0, longest: 0 };

export function spreadOf(seconds: readonly number[]): Spread {
  if (seconds.length === 0) return none;
  return {
    n: seconds.length,
    median: median(seconds),
    p95: quantile(seconds, 0.95),
    longest: Math.max(...seconds),
  };
}

/** The spread of each group of them, in the order of the groups' names. */
export function spreadsBy<T extends { seconds: number }>(
  all: readonly T[],
  group: (one: T) => string,
): Record<string, Spread> {
  const names = [...new Set(all.map(group))].sort();
  const own = (name: string) => all.filter((one) => group(one) === name);
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(own(name).map(({ seconds }) => seconds))]),
  );
}
