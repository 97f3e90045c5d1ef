import { defaults } from '@ace/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningRateOf } from './schedule.ts';

const config = (schedule: 'constant' | 'linear', iterations = 4) => ({
  iterations,
  update: { ...defaults.update, schedule, learningRate: 0.008 },
});

describe('learningRateOf', () => {
  it('is the configured one at every iteration when it is constant', () => {
    expect([1, 2, 4].map((k) => learningRateOf(config('constant'), k))).toEqual([
      0.008, 0.008, 0.008,
    ]);
  });

  it('falls in a line, and not to nothing', () => {
    const rates = [1, 2, 3, 4].map((k) => learningRateOf(config('linear'), k));
    expect(rates).toEqual([0.008, 0.006, 0.004, 0.002]);
  });

  it('falls with every iteration and stays above 0, however long the run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000 }), fc.nat(), (iterations, draw) => {
        const k = 2 + (draw % (iterations - 1));
        const [before, now] = [k - 1, k].map((at) =>
          learningRateOf(config('linear', iterations), at),
        );
        expect(now).toBeLessThan(before!);
        expect(now).toBeGreaterThan(0);
      }),
    );
  });
});
