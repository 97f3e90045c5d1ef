import { describe, expect, it } from 'vitest';
import type { StateView } from '../contract.ts';
import { prioritiesOf } from '../priority.ts';
import { childWith, lpSampler, type samplerKinds, stateWith } from '../testing/worlds.ts';

const of = (
  kind: (typeof samplerKinds)[number],
  states: readonly StateView[],
  differences: Partial<typeof lpSampler> = {},
) => prioritiesOf(kind)(states, [], 10, { ...lpSampler, kind, stalenessBonus: 0, ...differences });

const withRate = (successRate: number | null, lastVisitedIteration = 10) =>
  stateWith({ successRate, lastVisitedIteration });

it('uniform likes all alike', () => {
  expect(of('uniform', [stateWith(), childWith(), withRate(1)])).toEqual([1, 1, 1]);
});

it('roots only gives children nothing', () => {
  expect(of('roots-only', [stateWith(), childWith()])).toEqual([1, 0]);
});

it('p(1 − p) peaks at one half and for the never visited', () => {
  const states = [withRate(0), withRate(0.25), withRate(0.5), withRate(1), withRate(null)];
  expect(of('p-times-one-minus-p', states)).toEqual([0, 0.1875, 0.25, 0, 0.25]);
});

it('variance is a share of the largest possible one', () => {
  const states = [0, 0.25, 0.09, null].map((variance) => stateWith({ variance }));
  expect(of('variance', states)).toEqual([0, 1, 0.36, 1]);
  expect(of('variance', states, { maximumReward: 0.6 })[2]).toBeCloseTo(1, 12);
});

describe('regret', () => {
  it('ranks a rare success before a frequent one, and no success last', () => {
    const states = [withRate(0), withRate(0.1), withRate(0.9), withRate(null)];
    expect(of('regret', states)).toEqual([1 / 4, 1 / 2, 1 / 3, 1]);
  });

  it('gives equals the better rank', () => {
    expect(of('regret', [withRate(0.5), withRate(0.5), withRate(0)])).toEqual([1, 1, 1 / 3]);
  });

  it('lets a stale state overtake', () => {
    const states = [withRate(0, 1), withRate(0.4, 10)];
    expect(of('regret', states, { stalenessBonus: 0.05 })).toEqual([1 / 2, 1]);
    expect(of('regret', states, { stalenessBonus: 0.1 })).toEqual([1, 1 / 2]);
  });
});

describe('additive', () => {
  it('sums reward, variance of the children and unvisitedness, each from 0 to 1', () => {
    const states = [
      stateWith({ visits: 1, mean: 0.2, childrenVariance: 0.1 }),
      stateWith({ visits: 3, mean: 0.7, childrenVariance: 0.2 }),
      stateWith({ visits: 0 }),
    ];
    const unvisited = (1 / 2 - 1 / 4) / (1 - 1 / 4);
    expect(of('additive', states)).toEqual([unvisited, 2, 1]);
  });

  it('has nothing to say of equals', () => {
    expect(of('additive', [stateWith(), stateWith()])).toEqual([0, 0]);
  });
});
