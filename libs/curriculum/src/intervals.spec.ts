import { describe, expect, it } from 'vitest';
import { meanInterval, pairedBootstrap, wilsonInterval } from './intervals.ts';

describe('wilsonInterval', () => {
  // Newcombe 1998 (https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E), table I.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is %f to %f', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.value).toBe(successes / trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('mirrors, and knows nothing of no trials', () => {
    expect(wilsonInterval(20, 20).high).toBe(1);
    expect(wilsonInterval(20, 20).low).toBeCloseTo(1 - wilsonInterval(0, 20).high, 12);
    expect(wilsonInterval(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  });
});

describe('meanInterval', () => {
  // Quantiles of Student's t: 4.30265, 2.26216, 2.20099, 2.04227, 1.98397.
  it.each([
    [3, 4.30265],
    [10, 2.26216],
    [12, 2.20099],
    [31, 2.04227],
    [101, 1.98397],
  ])('of %i values is %f standard errors wide on each side', (count, quantile) => {
    const values = Array.from({ length: count }, (_, index) => index);
    const { value, low, high } = meanInterval(values);
    const squares = values.reduce((sum, own) => sum + (own - value) ** 2, 0);
    const standardError = Math.sqrt(squares / (count - 1) / count);
    expect((high - value) / standardError).toBeCloseTo(quantile, 4);
    expect(value - low).toBeCloseTo(high - value, 9);
  });

  it('has no bounds for a single value', () => {
    expect(meanInterval([0.4])).toEqual({ value: 0.4, low: -Infinity, high: Infinity });
  });
});

describe('pairedBootstrap', () => {
  const differences = Array.from({ length: 10 }, (_, at) => at / 10);
  const input = { differences, resamples: 1_000, seed: 1, comparison: 'lp - uniform' };

  it('is the same every time, and another comparison draws anew', () => {
    expect(pairedBootstrap(input)).toEqual(pairedBootstrap(input));
    expect(pairedBootstrap({ ...input, comparison: 'lp - variance' })).not.toEqual(
      pairedBootstrap(input),
    );
  });

  it("ends at the resampled mean's 2.5 % and 97.5 % quantiles: those of Bin(40, 1/2) for 0/1 differences", () => {
    const coins = Array.from({ length: 40 }, (_, at) => at % 2);
    const interval = pairedBootstrap({ ...input, differences: coins, resamples: 4_000 });
    expect(interval).toEqual({ value: 1 / 2, low: 14 / 40, high: 26 / 40 });
  });

  it('has no width for equal differences and no bounds for one', () => {
    expect(pairedBootstrap({ ...input, differences: [2, 2, 2] })).toEqual({
      value: 2,
      low: 2,
      high: 2,
    });
    expect(pairedBootstrap({ ...input, differences: [2] }).high).toBe(Infinity);
  });
});
