/** P(chance alone exceeds {@link criticalValue}): one in a hundred thousand. Seeds in specs are fixed all the same. */
export const falseAlarmRate = 1e-5;

/** The upper 1e-5 quantile of the standard normal distribution. */
const z = 4.264890793922602;

/** Pearson's statistic of counts against expected probabilities, each above 0. */
export function chiSquare(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, cell) => {
    const expected = total * probabilities[cell]!;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** The statistic's quantile at {@link falseAlarmRate}, by Wilson and Hilferty's cube root (1931). */
export function criticalValue(cells: number): number {
  const freedom = cells - 1;
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + z * Math.sqrt(spread)) ** 3;
}
