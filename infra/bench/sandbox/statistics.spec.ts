import { describe, expect, it } from 'vitest';
import { median, medianInterval, pairedRatio, quantile } from './statistics.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

describe('quantile', () => {
  it('lies between neighbours by proportion, whatever the order', () => {
    expect(quantile([30, 10, 20], 0.5)).toBe(20);
    expect(median([1, 2, 3, 4])).toBe(2.5);
    expect(quantile([1, 2], 0.1)).toBeCloseTo(1.1);
    expect(quantile([7], 0.9)).toBe(7);
  });

  it('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('medianInterval', () => {
  it.each([
    [6, [1, 6]],
    [10, [2, 9]],
    [60, [22, 39]],
    [100, [40, 61]],
  ] as const)(
    'of %i values lies between those that tables of the sign test name',
    (count, ends) => {
      expect(medianInterval(upTo(count).reverse())).toEqual(ends);
    },
  );

  it('needs six values', () => {
    expect(medianInterval(upTo(5))).toBeNull();
    expect(medianInterval([])).toBeNull();
  });

  it('is had of thousands', () => {
    const [low, high] = medianInterval(upTo(10_000))!;
    expect(low).toBeCloseTo(4902, -1);
    expect(low + high).toBe(10_001);
  });
});

describe('pairedRatio', () => {
  it('compares what was measured together', () => {
    const drifting = upTo(8).map((place) => place * 100);
    const ours = drifting.map((value) => value * 1.1);
    const { value, interval, pairs } = pairedRatio(ours, drifting);
    expect(value).toBeCloseTo(1.1);
    expect(interval!.map((end) => end.toFixed(3))).toEqual(['1.100', '1.100']);
    expect(pairs).toBe(8);
  });

  it('refuses what does not pair', () => {
    expect(() => pairedRatio([1], [])).toThrow(RangeError);
  });
});
