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

  it('holds the estimate and is the same every time', () => {
    const [low, high] = stepsInterval(mixed);
    const { steps } = stepsFromEveryStart(mixed);
    expect(low).toBeLessThan(steps!);
    expect(high).toBeGreaterThan(steps!);
    expect(stepsInterval(mixed)).toEqual([low, high]);
  });

  it('has no width where all drafts are alike', () => {
    expect(stepsInterval([drafts('+'.repeat(20))])).toEqual([1, 1]);
  });
});
