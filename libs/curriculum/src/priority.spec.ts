import { StateKind } from '@ace/config/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prior } from './contract.ts';
import { learnability, learnabilityPriorities, prioritiesOf, shrunk } from './priority.ts';
import { startingPrior } from './priors.ts';
import {
  buffers,
  childWith,
  lpSampler,
  priorLists,
  samplerKinds,
  stateWith,
} from './testing/worlds.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const calm = { ...lpSampler, stalenessBonus: 0 };
const improvePrior: Prior = {
  competition: 'a',
  kind: StateKind.Improve,
  visits: 3,
  mean: 0.4,
  variance: 0.09,
};

describe('learnability', () => {
  const ofSuccessRate = (p: number) => learnability(p, p * (1 - p), 1);

  it('peaks at a success rate of 1/4 for 0/1 rewards, rising before and falling after', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [near, far] = a < b ? [a, b] : [b, a];
        if (far <= 1 / 4) expect(ofSuccessRate(far)).toBeGreaterThanOrEqual(ofSuccessRate(near));
        if (near >= 1 / 4) expect(ofSuccessRate(far)).toBeLessThanOrEqual(ofSuccessRate(near));
        expect(ofSuccessRate(a)).toBeLessThanOrEqual(ofSuccessRate(1 / 4));
      }),
    );
    expect(ofSuccessRate(1 / 4)).toBeCloseTo(Math.sqrt(3 / 16) * (3 / 4), 15);
  });

  it('is nothing without spread or without headroom', () => {
    expect(learnability(0.3, 0, 1)).toBe(0);
    expect(learnability(0.8, 0.1, 0.8)).toBe(0);
    expect(learnability(0.9, 0.1, 0.8)).toBe(0);
  });
});

describe('shrunk', () => {
  const state = { visits: 4, mean: 0.9, variance: 0.01 };

  it('is the state without pseudo-visits and nears its prior as they grow', () => {
    expect(shrunk(state, improvePrior, 0)).toEqual({ mean: 0.9, variance: 0.01 });
    const far = shrunk(state, improvePrior, 1e12);
    expect(far.mean).toBeCloseTo(0.4, 10);
    expect(far.variance).toBeCloseTo(0.09, 10);
  });

  it('weighs n visits against n₀', () => {
    expect(shrunk(state, improvePrior, 4).mean).toBeCloseTo((0.9 + 0.4) / 2, 15);
    expect(shrunk(state, improvePrior, 1).variance).toBeCloseTo((4 * 0.01 + 0.09) / 5, 15);
  });

  it('nears the state as its visits grow', () => {
    expect(shrunk({ ...state, visits: 1e12 }, improvePrior, 100).mean).toBeCloseTo(0.9, 9);
  });

  it('is the prior for a state that was never visited, even without pseudo-visits', () => {
    const young = { visits: 0, mean: null, variance: null };
    expect(shrunk(young, improvePrior, 0)).toEqual({ mean: 0.4, variance: 0.09 });
  });
});

describe('learnabilityPriorities', () => {
  const lpOf = (
    state: Parameters<typeof learnabilityPriorities>[0][number],
    priors: Prior[] = [],
    iteration = 1,
  ) => learnabilityPriorities([state], priors, iteration, calm)[0]!;

  it('starts a root at the optimistic priority', () => {
    expect(lpOf(stateWith())).toBeCloseTo(calm.optimisticPriority, 12);
  });

  it("starts a child at its kind's prior, not at its parent's statistics", () => {
    const root = stateWith({ visits: 2, mean: 0, variance: 0, lastVisitedIteration: 1 });
    const alone = lpOf(childWith(), [improvePrior]);
    expect(alone).toBeCloseTo(0.3 * 0.6, 12);
    expect(learnabilityPriorities([root, childWith()], [improvePrior], 1, calm)[1]).toBe(alone);
  });

  it('keeps a state alive whose first group failed altogether', () => {
    const failed = { visits: 1, mean: 0, variance: 0, lastVisitedIteration: 1, successRate: 0 };
    expect(lpOf(stateWith(failed))).toBeGreaterThan(calm.optimisticPriority / 3);
  });

  it('adds the staleness bonus for every iteration since the last visit, or since birth', () => {
    const sampler = { ...lpSampler, stalenessBonus: 0.03 };
    const seen = stateWith({ visits: 1, mean: 0.5, variance: 0.04, lastVisitedIteration: 2 });
    const [now, later] = [2, 12].map((at) => learnabilityPriorities([seen], [], at, sampler)[0]!);
    expect(later! - now!).toBeCloseTo(0.3, 12);
    const child = childWith({ bornIteration: 5 });
    const [born, aged] = [5, 7].map((at) => learnabilityPriorities([child], [], at, sampler)[0]!);
    expect(aged! - born!).toBeCloseTo(0.06, 12);
  });
});

it('startingPrior has exactly the optimistic LP, whatever the best reward', () => {
  fc.assert(
    fc.property(share, fc.double({ min: 0.05, max: 1, noNaN: true }), (optimistic, best) => {
      const sampler = { optimisticPriority: optimistic, maximumReward: best };
      const prior = startingPrior({ competition: 'a', kind: StateKind.Draft }, sampler);
      expect(learnability(prior.mean, prior.variance, best)).toBeCloseTo(optimistic, 12);
    }),
  );
});

describe.each(samplerKinds)('the rule %s', (kind) => {
  const priorities = prioritiesOf(kind);
  const sampler = { ...lpSampler, kind };

  it('gives every state a finite priority ≥ 0', () => {
    fc.assert(
      fc.property(buffers, priorLists, (states, priors) => {
        const given = priorities(states, priors, 10, sampler);
        expect(given).toHaveLength(states.length);
        expect(given.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }),
    );
  });

  it('does not depend on the order of states and priors', () => {
    fc.assert(
      fc.property(buffers, priorLists, (states, priors) => {
        const straight = priorities(states, priors, 10, sampler);
        const turned = priorities(states.toReversed(), priors.toReversed(), 10, sampler);
        expect(turned.toReversed()).toEqual(straight);
      }),
    );
  });
});
