import { defaults } from '@ace/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningRateOf } from './schedule.ts';

const rates = (decayShare: number, iterations = 4): number[] =>
  Array.from({ length: iterations }, (_, index) =>
    learningRateOf(
      { iterations, update: { ...defaults.update, decayShare, learningRate: 0.008 } },
      index + 1,
    ),
  );

describe('learningRateOf', () => {
  it.each([
    [0, [0.008, 0.008, 0.008, 0.008]],
    [0.25, [0.008, 0.008, 0.008, 0.008]],
    [0.5, [0.008, 0.008, 0.008, 0.004]],
    [1, [0.008, 0.006, 0.004, 0.002]],
  ])('with a decay share of %s: %j', (decayShare, expected) => {
    expect(rates(decayShare)).toEqual(expected);
  });

  it('never rises, never exceeds the configured rate and never reaches 0', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 300 }), (decayShare, iterations) => {
        const all = rates(decayShare, iterations);
        expect(all).toEqual([...all].sort((a, b) => b - a));
        expect(all[0]).toBeLessThanOrEqual(0.008);
        expect(all.at(-1)).toBeGreaterThan(0);
      }),
    );
  });
});
