import { describe, expect, it } from 'vitest';
import { stepsFromEveryStart, stepsInterval } from './steps.ts';

const drafts = (text: string): boolean[] => [...text].map((letter) => letter === '+');

describe('stepsFromEveryStart', () => {
  it('is the mean over all starting points, read round', () => {
    // From the four starts: 3, 2, 1 and (round the end) 4.
    expect(stepsFromEveryStart([drafts('--+-')])).toEqual({
      steps: 2.5,
      searches: 4,
      failedShare: 0,
    });
  });

  it('counts a search without a valid draft as 20 and shows its share', () => {
    const one = drafts('-'.repeat(20));
    const other = drafts('+'.repeat(20));
    expect(stepsFromEveryStart([one, other])).toEqual({
      steps: 10.5,
      searches: 40,
      failedShare: 0.5,
    });
  });

  it('gives up after 20 drafts of a longer list', () => {
    // From start 0 the valid one is the 40th; 20 of the 40 starts reach it within 20 steps.
    const { steps, failedShare } = stepsFromEveryStart([drafts(`${'-'.repeat(39)}+`)]);
    expect(failedShare).toBe(0.5);
    expect(steps).toBe((20 * 20 + 210) / 40);
  });

  it('knows nothing without drafts', () => {
    expect(stepsFromEveryStart([])).toEqual({ steps: null, searches: 0, failedShare: 0 });
    expect(stepsInterval([])).toEqual([null, null]);
  });
});

describe('stepsInterval', () => {
  const mixed = [drafts('-+---+----+-----+---'), drafts('---------+----------')];

  it('holds the estimate', () => {
    const [low, high] = stepsInterval(mixed);
    const { steps } = stepsFromEveryStart(mixed);
    expect(low).toBeLessThan(steps!);
    expect(high).toBeGreaterThan(steps!);
  });

  it("is Wilson's interval in steps for one competition", () => {
    // Wilson's interval of 20 of 20 is [0.8389, 1], of 0 of 20 [0, 0.1611].
    const [allLow, allHigh] = stepsInterval([drafts('+'.repeat(20))]);
    expect(allLow).toBe(1);
    expect(allHigh).toBeCloseTo(1 / 0.8389, 3);
    const [noneLow, noneHigh] = stepsInterval([drafts('-'.repeat(20))]);
    expect(noneLow).toBeCloseTo((1 - 0.8389 ** 20) / 0.1611, 2);
    expect(noneHigh).toBe(20);
  });

  it('narrows with the number of competitions, as a mean does', () => {
    const width = (of: readonly boolean[][]): number => {
      const [low, high] = stepsInterval(of);
      return high! - low!;
    };
    const one = mixed.slice(0, 1);
    const four = Array.from({ length: 4 }, () => mixed[0]!);
    expect(width(four)).toBeCloseTo(width(one) / 2, 10);
  });

  it('knows nothing without drafts', () => {
    expect(stepsInterval([[]])).toEqual([null, null]);
  });
});
