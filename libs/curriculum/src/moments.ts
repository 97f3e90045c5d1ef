/** Count, mean and population variance of some numbers. */
export interface Moments {
  count: number;
  mean: number;
  variance: number;
}

/**
 * Summed in the order given: callers pass address order. Numbers that are all the same have exactly that
 * mean and no variance, so that rounding never passes for a spread. Zeros for no numbers.
 */
export function momentsOf(values: readonly number[]): Moments {
  const count = values.length;
  const first = values[0] ?? 0;
  if (values.every((value) => value === first)) return { count, mean: first, variance: 0 };
  const mean = sumOf(values) / count;
  return { count, mean, variance: sumOf(values.map((value) => (value - mean) ** 2)) / count };
}

/** Left to right. */
export const sumOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0);
