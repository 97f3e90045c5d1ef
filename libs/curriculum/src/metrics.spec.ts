import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogprobsMismatchError } from './importance.ts';
import { updateMetrics } from './metrics.ts';

const bounds = { clipLow: 0.8, clipHigh: 1.28 };
const attempt = (advantage: number, ratios: readonly number[], probability = 0.5) => ({
  advantage,
  sampled: ratios.map(() => Math.log(probability)),
  trained: ratios.map((ratio) => Math.log(probability * ratio)),
});

describe('updateMetrics', () => {
  it('says nothing happened when nothing did', () => {
    const metrics = updateMetrics([attempt(1, [1, 1, 1]), attempt(-1, [1])], bounds);
    expect(metrics).toEqual({
      ratioMedian: 1,
      ratioP01: 1,
      ratioP99: 1,
      ratioMaximum: 1,
      clipFraction: 0,
      kl: 0,
      effectiveSampleSize: 1,
      entropy: Math.log(2),
    });
  });

  it('counts as clipped only what the surrogate cuts off', () => {
    const up = attempt(1, [0.5, 1.2, 1.3, 1.9]);
    const down = attempt(-1, [0.5, 0.79, 0.81, 1.9]);
    expect(updateMetrics([up, down], bounds)?.clipFraction).toBe(4 / 8);
    expect(updateMetrics([{ ...up, advantage: 0 }], bounds)?.clipFraction).toBe(0);
  });

  it('estimates the KL without bias: exact over all tokens of a distribution', () => {
    const sampled = [0.5, 0.25, 0.25];
    const trained = [0.4, 0.4, 0.2];
    const exact = sampled.reduce((sum, p, token) => sum + p * Math.log(p / trained[token]!), 0);
    const tokens = [0, 0, 1, 2];
    const metrics = updateMetrics(
      [
        {
          advantage: 1,
          sampled: tokens.map((token) => Math.log(sampled[token]!)),
          trained: tokens.map((token) => Math.log(trained[token]!)),
        },
      ],
      bounds,
    );
    expect(metrics?.kl).toBeCloseTo(exact, 12);
    expect(metrics?.entropy).toBeCloseTo(1.5 * Math.log(2), 12);
  });

  it('gives one completion that outweighs all the rest an effective size near one', () => {
    const metrics = updateMetrics([attempt(1, [1e9]), attempt(1, [1]), attempt(1, [1])], bounds);
    expect(metrics?.effectiveSampleSize).toBeCloseTo(1 / 3, 6);
    expect(metrics?.ratioMaximum).toBeCloseTo(1e9, -1);
  });

  it('stays in range for any log-probabilities', () => {
    const logprob = fc.double({ min: -30, max: 0, noNaN: true });
    const pairs = fc.array(fc.tuple(logprob, logprob), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(pairs, { minLength: 1, maxLength: 8 }), (completions) => {
        const metrics = updateMetrics(
          completions.map((tokens) => ({
            advantage: 1,
            sampled: tokens.map(([sampled]) => sampled),
            trained: tokens.map(([, trained]) => trained),
          })),
          bounds,
        )!;
        expect(metrics.kl).toBeGreaterThanOrEqual(0);
        expect(metrics.effectiveSampleSize).toBeGreaterThan(0);
        expect(metrics.effectiveSampleSize).toBeLessThanOrEqual(1 + 1e-12);
        expect(metrics.ratioP01).toBeLessThanOrEqual(metrics.ratioMedian);
        expect(metrics.ratioP99).toBeLessThanOrEqual(metrics.ratioMaximum);
      }),
    );
  });

  it('names the empty batch and refuses lists that do not match', () => {
    expect(updateMetrics([], bounds)).toBeNull();
    expect(() => updateMetrics([{ advantage: 1, sampled: [0], trained: [] }], bounds)).toThrow(
      new LogprobsMismatchError(0, 1),
    );
  });
});
