import { defaults } from '@ace/config';
import { StateKind } from '@ace/config/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prior, StateView } from './contract.ts';
import { overQuota } from './quota.ts';
import { buffers, childWith, lpSampler, priorLists, samplerKinds } from './testing/worlds.ts';

const configWith = (quotaPerCompetition: number, kind: (typeof samplerKinds)[number] = 'lp') => ({
  sampler: { ...lpSampler, kind },
  evolve: { ...defaults.evolve, quotaPerCompetition },
});

const over = (states: readonly StateView[], quota: number, priors: readonly Prior[] = []) => [
  ...overQuota({ states, priors, iteration: 10, config: configWith(quota) }),
];

const visitedChild = (address: string, differences: Partial<StateView>) =>
  childWith({ address, visits: 5, lastVisitedIteration: 9, successRate: 0.5, ...differences });

describe('overQuota', () => {
  it('drops the lowest priority first', () => {
    const states = [
      visitedChild('1.0.0', { mean: 0.5, variance: 0.04 }),
      visitedChild('1.0.1', { mean: 0.5, variance: 0.09 }),
      visitedChild('1.0.2', { mean: 0.9, variance: 0.09 }),
    ];
    expect(over(states, 2)).toEqual(['1.0.2']);
    expect(over(states, 1)).toEqual(['1.0.0', '1.0.2']);
  });

  it('prefers the younger of equals, then the earlier address, and forgets how stale they are', () => {
    const states = ['3.0.0', '3.0.1', '5.0.0'].map((address) =>
      childWith({ address, bornIteration: Number(address[0]) }),
    );
    expect(over(states, 2)).toEqual(['3.0.1']);
    expect(over(states, 1)).toEqual(['3.0.0', '3.0.1']);
  });

  it('does not hold failures against a state', () => {
    const prior = {
      competition: 'a',
      kind: StateKind.Improve,
      visits: 9,
      mean: 0.4,
      variance: 0.09,
    };
    const unsolved = visitedChild('1.0.0', { mean: 0, variance: 0, successRate: 0 });
    const modest = visitedChild('1.0.1', { mean: 0.6, variance: 0.02 });
    expect(over([unsolved, modest], 1, [prior])).toEqual(['1.0.1']);
  });

  it('never drops a state for its failures: who stays untried, stays unsolved', () => {
    const independent = fc.constantFrom(
      'lp',
      'uniform',
      'p-times-one-minus-p',
      'variance' as const,
    );
    fc.assert(
      fc.property(
        buffers,
        priorLists,
        independent,
        fc.nat(8),
        fc.nat(),
        (states, priors, kind, quota, pick) => {
          const children = states.filter(({ depth }) => depth > 0);
          fc.pre(children.length > 0);
          const chosen = children[pick % children.length]!;
          const untried = childWith({
            ...chosen,
            ...{
              visits: 0,
              mean: null,
              variance: null,
              lastVisitedIteration: null,
              successRate: null,
            },
          });
          const unsolved = {
            ...untried,
            visits: 3,
            mean: 0,
            variance: 0,
            lastVisitedIteration: 9,
            successRate: 0,
          };
          const isOver = (as: StateView) =>
            overQuota({
              states: states.map((state) => (state === chosen ? as : state)),
              priors,
              iteration: 10,
              config: configWith(quota, kind),
            }).has(chosen.address);
          if (!isOver(untried)) expect(isOver(unsolved)).toBe(false);
        },
      ),
    );
  });

  it.each(samplerKinds)(
    'keeps exactly the quota of every competition, and every root, under %s',
    (kind) => {
      fc.assert(
        fc.property(buffers, priorLists, fc.nat(6), (states, priors, quota) => {
          const dropped = overQuota({
            states,
            priors,
            iteration: 10,
            config: configWith(quota, kind),
          });
          for (const competition of ['a', 'b', 'c']) {
            const own = states.filter((state) => state.competition === competition);
            const live = own.filter(({ depth }) => depth > 0);
            const kept = own.filter(({ address }) => !dropped.has(address));
            expect(kept).toHaveLength(own.length - live.length + Math.min(quota, live.length));
            expect(kept.some(({ depth }) => depth === 0)).toBe(true);
          }
        }),
      );
    },
  );
});
