import { describe, expect, it } from 'vitest';
import { areaUnderCurve, stepsToFirstValid } from './evaluation.ts';

const drafts = (count: number, ...valid: number[]) =>
  Array.from({ length: count }, (_, index) => valid.includes(index + 1));

describe('stepsToFirstValid', () => {
  it('counts drafts up to the first valid one, failures as 20', () => {
    const found = stepsToFirstValid([drafts(20, 3, 7), drafts(20, 1), drafts(20)]);
    expect(found).toEqual({ steps: (3 + 1 + 20) / 3, searches: 3, failedShare: 1 / 3 });
  });

  it('cuts longer lists into searches of 20', () => {
    expect(stepsToFirstValid([drafts(40, 25)])).toEqual({
      steps: (20 + 5) / 2,
      searches: 2,
      failedShare: 1 / 2,
    });
  });

  it('counts a failed short search as 20 too', () => {
    expect(stepsToFirstValid([drafts(5)]).steps).toBe(20);
  });

  it('knows nothing of no drafts', () => {
    expect(stepsToFirstValid([[], []])).toEqual({ steps: null, searches: 0, failedShare: 0 });
  });
});

describe('areaUnderCurve', () => {
  it('is the mean height over the executions, in any order of points', () => {
    const points = [
      { executions: 400, value: 1 },
      { executions: 0, value: 0.2 },
      { executions: 100, value: 0.6 },
    ];
    expect(areaUnderCurve(points)).toBeCloseTo((0.4 * 100 + 0.8 * 300) / 400, 12);
  });

  it('is nothing without an interval', () => {
    expect(areaUnderCurve([{ executions: 3, value: 1 }])).toBeNull();
    expect(areaUnderCurve([])).toBeNull();
  });
});
