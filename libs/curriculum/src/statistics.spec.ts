import { StateKind } from '@ace/config/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startingPrior } from './priors.ts';
import { childrenVarianceOf, updatedPriors, visited } from './statistics.ts';
import { childWith, lpSampler, stateWith } from './testing/worlds.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const visits = fc.array(fc.record({ mean: share, variance: share, validRate: share }), {
  minLength: 1,
  maxLength: 12,
});

describe('visited', () => {
  it('takes the first group as it is', () => {
    const after = visited(stateWith(), { mean: 0.4, variance: 0.1, validRate: 0.5 }, 3, 0.5);
    expect(after).toEqual(
      stateWith({ visits: 1, mean: 0.4, variance: 0.1, successRate: 0.5, lastVisitedIteration: 3 }),
    );
  });

  it('replays to the closed form of an exponential average', () => {
    fc.assert(
      fc.property(visits, fc.double({ min: 0.01, max: 1, noNaN: true }), (groups, rate) => {
        let state = stateWith();
        groups.forEach((group, index) => (state = visited(state, group, index + 1, rate)));
        const weights = groups.map((_, index) =>
          index === 0
            ? (1 - rate) ** (groups.length - 1)
            : rate * (1 - rate) ** (groups.length - 1 - index),
        );
        const expected = (of: (group: (typeof groups)[number]) => number) =>
          groups.reduce((sum, group, index) => sum + weights[index]! * of(group), 0);
        expect(state.mean).toBeCloseTo(
          expected((group) => group.mean),
          10,
        );
        expect(state.variance).toBeCloseTo(
          expected((group) => group.variance),
          10,
        );
        expect(state.successRate).toBeCloseTo(
          expected((group) => group.validRate),
          10,
        );
        expect(state.visits).toBe(groups.length);
        expect(state.lastVisitedIteration).toBe(groups.length);
      }),
    );
  });

  it('keeps only the last group at rate 1', () => {
    const state = visited(stateWith(), { mean: 0.2, variance: 0.1, validRate: 0 }, 1, 1);
    expect(visited(state, { mean: 0.9, variance: 0, validRate: 1 }, 2, 1).mean).toBe(0.9);
  });
});

describe('updatedPriors', () => {
  const group = {
    competition: 'b',
    kind: StateKind.Debug,
    mean: 0.8,
    variance: 0.04,
    validRate: 1,
  };

  it('moves a new prior from where an unvisited one starts', () => {
    const start = startingPrior(group, lpSampler);
    expect(updatedPriors([], [group], { ...lpSampler, averageRate: 0.25 })).toEqual([
      {
        competition: 'b',
        kind: 'debug',
        visits: 1,
        mean: 0.75 * start.mean + 0.25 * 0.8,
        variance: 0.75 * start.variance + 0.25 * 0.04,
      },
    ]);
  });

  it('keeps the others and sorts them by competition and kind', () => {
    const other = startingPrior({ competition: 'a', kind: StateKind.Improve }, lpSampler);
    const after = updatedPriors([other], [group, group, { ...group, competition: 'a' }], lpSampler);
    expect(after.map((prior) => [prior.competition, prior.kind, prior.visits])).toEqual([
      ['a', 'debug', 1],
      ['a', 'improve', 0],
      ['b', 'debug', 2],
    ]);
  });
});

describe('childrenVarianceOf', () => {
  it("is the variance of the visited children's means", () => {
    const states = [
      stateWith({ mean: 0.9 }),
      childWith({ address: '1.0.0', mean: 0.2 }),
      childWith({ address: '1.0.1', mean: 0.6 }),
      childWith({ address: '1.0.2' }),
      childWith({ address: '2.0.0', parentAddress: '1.0.0', mean: 1 }),
    ];
    expect(childrenVarianceOf('root:a', states)).toBeCloseTo(0.04, 12);
    expect(childrenVarianceOf('1.0.0', states)).toBe(0);
    expect(childrenVarianceOf('1.0.2', states)).toBeNull();
  });
});
