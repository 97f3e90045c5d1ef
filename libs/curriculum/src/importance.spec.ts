import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importanceWeights, LogprobsMismatchError } from './importance.ts';

const logprobs = fc.array(fc.double({ min: -20, max: 0, noNaN: true }), { maxLength: 20 });

describe('importanceWeights', () => {
  it('are 1 where the policies agree', () => {
    fc.assert(
      fc.property(logprobs, (own) => {
        expect(importanceWeights(own, own, 2)).toEqual(own.map(() => 1));
      }),
    );
  });

  it('are the ratio of the probabilities, truncated', () => {
    const weights = importanceWeights(
      [Math.log(0.3), Math.log(0.9)],
      [Math.log(0.6), Math.log(0.1)],
      2,
    );
    expect(weights[0]).toBeCloseTo(0.5, 12);
    expect(weights[1]).toBe(2);
  });

  it('refuse lists of different lengths', () => {
    expect(() => importanceWeights([0, 0], [0], 2)).toThrow(new LogprobsMismatchError(2, 1));
  });
});
