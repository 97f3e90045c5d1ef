import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineRefusedError, type Example } from '../contract.ts';
import { scoringDatum, surrogateDatum } from './datums.ts';
import { dialectOf, dialects, LossReduction, tokenMeanFactors } from './dialects.ts';

/** What an engine makes of the elementwise losses of a call. */
const reductions: Record<LossReduction, (losses: number[][]) => number> = {
  [LossReduction.Sum]: (losses) => sum(losses.flat()),
  [LossReduction.TokenMean]: (losses) => sum(losses.flat()) / losses.flat().length,
  [LossReduction.SequenceMean]: (losses) =>
    sum(losses.map((row) => sum(row) / row.length)) / losses.length,
};
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

const surrogate = (ratio: number, advantage: number): number =>
  -Math.min(ratio * advantage, Math.min(Math.max(ratio, 0.8), 1.28) * advantage);

describe('factors', () => {
  const ratios = fc.array(
    fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 1, maxLength: 9 }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  it.each(Object.values(LossReduction))('make every reduction the token mean: %s', (reduction) => {
    fc.assert(
      fc.property(
        ratios,
        fc.infiniteStream(fc.double({ min: -3, max: 3, noNaN: true })),
        (rows, stream) => {
          const advantages = rows.map(() => stream.next().value as number);
          const factors = tokenMeanFactors(
            reduction,
            rows.map((row) => ({ completion: row })),
          );
          const losses = (scaled: boolean): number[][] =>
            rows.map((row, index) =>
              row.map((ratio) =>
                surrogate(ratio, (advantages[index] ?? 0) * (scaled ? (factors[index] ?? 0) : 1)),
              ),
            );
          const wanted = reductions[LossReduction.TokenMean](losses(false));
          expect(reductions[reduction](losses(true))).toBeCloseTo(wanted, 9);
        },
      ),
    );
  });

  it('are exactly 1 on the embedded engine', () => {
    expect(tokenMeanFactors(dialects.embedded.reduction, [{ completion: [1] }])).toEqual([1]);
  });
});

describe('a dialect', () => {
  it('follows from the endpoint', () => {
    const of = (kind: 'embedded' | 'tinker', url: string) =>
      dialectOf({ kind, url, baseModel: 'b' });
    expect(of('embedded', 'http://127.0.0.1:1')).toBe(dialects.embedded);
    expect(of('tinker', 'http://gpu:8000')).toBe(dialects.skyrl);
    expect(of('tinker', 'https://api.thinkingmachines.dev/services/x')).toBe(dialects.hosted);
    expect(of('tinker', 'https://thinkingmachines.dev.example.com')).toBe(dialects.skyrl);
  });
});

describe('a datum', () => {
  const example: Example = {
    ...{ prompt: [7, 8, 9], completion: [1, 2], logprobs: [-1, -2], advantage: 3 },
    importance: [1, 0.5],
  };

  it('carries importance weights in the advantages, and weights only where they are taken', () => {
    expect(surrogateDatum(example, 2, false)).toEqual({
      input: [7, 8, 9, 1],
      targets: [8, 9, 1, 2],
      logprobs: [0, 0, -1, -2],
      advantages: [0, 0, 6, 3],
    });
    expect(scoringDatum(example)).toEqual({
      input: [7, 8, 9, 1],
      targets: [8, 9, 1, 2],
      weights: [0, 0, 1, 1],
    });
  });

  it.each([
    [{ prompt: [] }, 'at least one prompt token'],
    [{ completion: [] }, 'at least one completion token'],
    [{ logprobs: [-1] }, 'logprobs: expected 2 numbers, one a token, got 1'],
    [{ importance: [1] }, 'importance: expected 2 numbers'],
  ])('is refused: %o', (over, reason) => {
    expect(() => surrogateDatum({ ...example, ...over }, 1, true)).toThrow(EngineRefusedError);
    expect(() => surrogateDatum({ ...example, ...over }, 1, true)).toThrow(reason);
  });
});
