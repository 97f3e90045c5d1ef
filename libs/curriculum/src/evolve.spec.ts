import { defaults } from '@ace/config';
import { childAddress } from '@ace/config/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeKey } from './births.ts';
import type { StateView } from './contract.ts';
import type { AttemptMade, Evolution } from './evolution-contract.ts';
import { evolve, type EvolveInput, TooFewGroupsError } from './evolve.ts';
import { IncompleteOutcomesError, UnknownDirectionError } from './group-results.ts';
import { visited } from './statistics.ts';
import { childWith, evolveInputs, groupOf, lpSampler, stateWith } from './testing/worlds.ts';

const always = (check: (evolution: Evolution, input: EvolveInput) => void): void => {
  fc.assert(
    fc.property(evolveInputs, (input) => check(evolve(input), input)),
    { numRuns: 150 },
  );
};

const decided = (evolution: Evolution, decision: string) =>
  evolution.decisions.filter((one) => one.decision === decision);

describe('evolve, for any world', () => {
  it('is a function of its input as sets', () => {
    fc.assert(
      fc.property(
        evolveInputs.chain((input) =>
          fc.record({
            input: fc.constant(input),
            groups: shuffled(input.groups),
            outcomes: shuffled(input.outcomes),
            states: shuffled(input.states),
            priors: shuffled(input.priors),
          }),
        ),
        ({ input, ...turned }) => {
          expect(evolve({ ...input, ...turned })).toEqual(evolve(input));
        },
      ),
    );
  });

  it('leaves its input as it was', () => {
    fc.assert(
      fc.property(evolveInputs, (input) => {
        const before = structuredClone(input);
        evolve(input);
        expect(input).toEqual(before);
      }),
    );
  });

  it('accounts for every attempt: born or not, rewarded or lost, used or left out', () => {
    always((evolution, { outcomes, iteration }) => {
      const fates = evolution.decisions.filter(({ decision }) => /born/.test(decision));
      expect(fates.map(({ subject }) => subject)).toEqual(
        outcomes.map((outcome) => childAddress({ iteration, ...outcome })),
      );
      expect(evolution.born.map(({ address }) => address)).toEqual(
        decided(evolution, 'born').map(({ subject }) => subject),
      );
      const lost = fates.filter(({ reason }) => reason === 'lost').length;
      expect(lost).toBe(outcomes.filter((outcome) => outcome.lost).length);
      expect(evolution.rewards).toHaveLength(outcomes.length - lost);
    });
  });

  it('uses exactly the attempts of the used groups, and says why it left out the others', () => {
    always((evolution, { groups, config }) => {
      const outcomes = new Map(evolution.groups.map(({ slot, outcome }) => [slot, outcome]));
      expect([...outcomes.keys()]).toEqual(groups.map(({ slot }) => slot));
      for (const { slot, used, advantage, reason } of evolution.rewards) {
        expect(used).toBe(outcomes.get(slot) === 'used');
        expect(advantage !== null).toBe(used);
        if (!used) expect(reason).toBe(outcomes.get(slot));
      }
      const used = evolution.groups.filter(({ outcome }) => outcome === 'used').length;
      const leftOut = decided(evolution, 'left out');
      expect(used + leftOut.length).toBe(groups.length);
      expect(used).toBeLessThanOrEqual(config.groups);
      const expected = used === config.groups ? 'full' : used > 0 ? 'short' : 'empty';
      expect(evolution.decisions.at(-1)).toEqual({
        subject: 'batch',
        decision: 'batch',
        reason: expected,
      });
    });
  });

  it('gives every used group advantages of zero mean', () => {
    always((evolution, { groups }) => {
      for (const { slot } of groups) {
        const own = evolution.rewards.filter((row) => row.slot === slot);
        expect(
          Math.abs(own.reduce((sum, { advantage }) => sum + (advantage ?? 0), 0)),
        ).toBeLessThan(1e-8);
      }
    });
  });

  it('bears no duplicates, nothing too deep, and the kind that fits', () => {
    always((evolution, { config, liveCodes, outcomes, groups, iteration }) => {
      const keys = evolution.born.map((own) => codeKey(own.competition, own.kind, own.codeHash));
      expect(new Set([...keys, ...liveCodes]).size).toBe(keys.length + liveCodes.size);
      for (const own of evolution.born) {
        const made = outcomes.find((one) => childAddress({ iteration, ...one }) === own.address)!;
        const group = groups.find(({ slot }) => slot === made.slot)!;
        expect(own.kind).toBe(made.valid ? 'improve' : 'debug');
        expect(own.depth).toBe(group.depth + 1);
        expect(own.depth).toBeLessThanOrEqual(config.evolve.maxDepth);
        expect(own.parentAddress).toBe(group.stateAddress);
        expect(config.sampler.kind).not.toBe('roots-only');
      }
      for (const group of groups.filter(({ depth }) => depth < config.evolve.maxDepth)) {
        const own = new RegExp(`^${iteration}\\.${group.slot}\\.`);
        const refused = evolution.decisions.filter(({ subject }) => own.test(subject));
        expect(refused.map(({ reason }) => reason)).not.toContain('too deep');
      }
    });
  });

  it('keeps the quota, never evicts a root and evicts only what lives', () => {
    always((evolution, { states, config }) => {
      const evicted = new Set(evolution.evicted.map(({ address }) => address));
      const leaving = states.filter(({ address }) => evicted.has(address));
      expect(leaving).toHaveLength(evolution.evicted.length);
      expect(leaving.every(({ depth }) => depth > 0)).toBe(true);
      expect(
        decided(evolution, 'evicted').map(({ subject: address, reason }) => ({ address, reason })),
      ).toEqual(evolution.evicted);
      const live = [
        ...states.filter(({ address, depth }) => depth > 0 && !evicted.has(address)),
        ...evolution.born,
      ];
      for (const competition of ['a', 'b', 'c']) {
        const own = live.filter((state) => state.competition === competition).length;
        expect(own).toBeLessThanOrEqual(config.evolve.quotaPerCompetition);
      }
    });
  });

  it('refuses or evicts for the quota only where it is full', () => {
    always((evolution, { states, config }) => {
      const gone = new Set(evolution.evicted.map(({ address }) => address));
      const live = [
        ...states.filter(({ address, depth }) => depth > 0 && !gone.has(address)),
        ...evolution.born,
      ];
      const dropped = evolution.evicted.filter(({ reason }) => reason === 'quota');
      for (const { address } of dropped) {
        const { competition } = states.find((state) => state.address === address)!;
        expect(live.filter((state) => state.competition === competition)).toHaveLength(
          config.evolve.quotaPerCompetition,
        );
      }
    });
  });

  it('replays the statistics of every visited state, group by group in slot order', () => {
    always((evolution, { states, groups, iteration }) => {
      for (const state of states) {
        const own = groups.filter(({ stateAddress }) => stateAddress === state.address);
        const results = own
          .map(({ slot }) => evolution.groups.find((group) => group.slot === slot)!)
          .filter(({ outcome }) => outcome !== 'all lost' && outcome !== 'too small');
        const row = evolution.statistics.find(({ address }) => address === state.address);
        const expected = results.reduce<StateView>(
          (before, result) => visited(before, result, iteration, lpSampler.averageRate),
          state,
        );
        if (results.length === 0) {
          if (row) expect(row).toMatchObject({ visits: state.visits, mean: state.mean });
        } else {
          const { visits, mean, variance, successRate, lastVisitedIteration } = expected;
          expect(row).toMatchObject({ visits, mean, variance, successRate, lastVisitedIteration });
        }
      }
    });
  });
});

const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

/** Attempts of one slot: a number is a valid attempt at that percentile. */
const attempts = (slot: number, fates: readonly (number | 'failed' | 'lost')[]): AttemptMade[] =>
  fates.map((fate, sample) => {
    const percentile = typeof fate === 'number' ? fate : null;
    return {
      slot,
      sample,
      lost: fate === 'lost',
      valid: percentile !== null,
      score: percentile,
      referencePercentile: percentile,
      codeHash: `${slot}-${sample}`,
      parentScore: null,
      parentCodeHash: null,
    };
  });

const root = stateWith();
const child = childWith();

const inputWith = (
  made: readonly { state: StateView; fates: readonly (number | 'failed' | 'lost')[] }[],
  differences: Partial<EvolveInput> = {},
): EvolveInput => ({
  iteration: 2,
  groups: made.map(({ state }, slot) => groupOf(state, slot)),
  outcomes: made.flatMap(({ fates }, slot) => attempts(slot, fates)),
  directions: new Map([['a', 'maximize']]),
  states: [root, child],
  priors: [],
  liveCodes: new Set(),
  config: { ...defaults, groupSize: 3, groups: 4 },
  ...differences,
});

describe('evolve', () => {
  it('turns a valid attempt into a state to improve and a failed one into a state to debug', () => {
    const { born, rewards } = evolve(inputWith([{ state: root, fates: [0.2, 'failed', 1] }]));
    expect(born).toEqual([
      {
        address: '2.0.0',
        competition: 'a',
        kind: 'improve',
        depth: 1,
        parentAddress: 'root:a',
        codeHash: '0-0',
      },
      {
        address: '2.0.1',
        competition: 'a',
        kind: 'debug',
        depth: 1,
        parentAddress: 'root:a',
        codeHash: '0-1',
      },
      {
        address: '2.0.2',
        competition: 'a',
        kind: 'improve',
        depth: 1,
        parentAddress: 'root:a',
        codeHash: '0-2',
      },
    ]);
    expect(rewards.map(({ reward, reason }) => [reward, reason])).toEqual([
      [0.6, 'valid'],
      [0, 'invalid'],
      [1, 'valid'],
    ]);
  });

  it('evicts a mastered child at once, but never a mastered root', () => {
    const made = [root, child].map((state) => ({ state, fates: [1, 1, 1] }));
    const evolution = evolve(inputWith(made));
    expect(evolution.evicted).toEqual([{ address: '1.0.0', reason: 'mastered' }]);
    expect(evolution.statistics.map(({ address, mean }) => [address, mean])).toEqual([
      ['1.0.0', 1],
      ['root:a', 1],
    ]);
    expect(evolution.decisions.at(-1)?.reason).toBe('empty');
  });

  it('does not take a state for mastered while its rewards spread or were low of late', () => {
    expect(evolve(inputWith([{ state: child, fates: [1, 1, 0.7] }])).evicted).toEqual([]);
    const recovering = {
      ...child,
      visits: 3,
      mean: 0.5,
      variance: 0.1,
      successRate: 1,
      lastVisitedIteration: 1,
    };
    const input = inputWith([{ state: recovering, fates: [1, 1, 1] }], {
      states: [root, recovering],
    });
    expect(evolve(input).evicted).toEqual([]);
  });

  it('counts two groups of one state as two visits', () => {
    const made = [[1, 'failed', 1] as const, ['failed', 'failed', 'failed'] as const];
    const { statistics, priors } = evolve(inputWith(made.map((fates) => ({ state: root, fates }))));
    expect(statistics).toHaveLength(1);
    expect(statistics[0]).toMatchObject({ visits: 2, successRate: 1 / 3, mean: 1 / 3 });
    expect(priors).toMatchObject([{ competition: 'a', kind: 'draft', visits: 2 }]);
  });

  it("tells the parent how its children's rewards spread", () => {
    const known = { visits: 1, variance: 0, successRate: 1, lastVisitedIteration: 1 };
    const visitedRoot = stateWith({ ...known, mean: 0.4 });
    const sibling = childWith({ ...known, address: '1.0.1', mean: 0.2 });
    const input = inputWith([{ state: child, fates: [0.2, 0.2, 0.2] }], {
      states: [visitedRoot, child, sibling],
    });
    const row = evolve(input).statistics.find(({ address }) => address === 'root:a');
    expect(row).toMatchObject({ visits: 1, mean: 0.4, lastVisitedIteration: 1 });
    // The child's valid attempts beat a parent that failed: 0.5 + 0.5 · 0.2 + 0.1.
    expect(row?.childrenVariance).toBeCloseTo(((0.7 - 0.2) / 2) ** 2, 12);
  });

  it('uses the group of a state that was evicted meanwhile without counting it', () => {
    const evolution = evolve(
      inputWith([{ state: child, fates: [1, 'failed', 0] }], { states: [root] }),
    );
    expect(evolution.statistics).toEqual([]);
    expect(evolution.groups[0]?.outcome).toBe('used');
    expect(evolution.priors).toMatchObject([{ kind: 'improve', visits: 1 }]);
    expect(evolution.born).toHaveLength(3);
    expect(decided(evolution, 'not counted')).toEqual([
      { subject: 'group 0', decision: 'not counted', reason: 'state evicted' },
    ]);
  });

  it('lets spare groups fill the batch by slot', () => {
    const flat = { state: root, fates: ['failed', 'failed', 'failed'] as const };
    const good = { state: root, fates: [1, 'failed', 'failed'] as const };
    const made = [good, flat, good, good, flat, good, good];
    const { groups } = evolve(inputWith(made));
    expect(groups.map(({ outcome }) => outcome)).toEqual([
      'used',
      'no spread',
      'used',
      'used',
      'no spread',
      'used',
      'spare',
    ]);
  });

  it('does not judge or count what losses left too small', () => {
    const evolution = evolve(
      inputWith([
        { state: root, fates: [1, 'lost', 'lost'] },
        { state: child, fates: [1, 0, 0] },
      ]),
    );
    expect(evolution.groups.map(({ outcome }) => outcome)).toEqual(['too small', 'used']);
    expect(evolution.statistics.map(({ address }) => address)).toEqual(['1.0.0']);
    expect(evolution.priors.map(({ kind }) => kind)).toEqual(['improve']);
    expect(evolution.rewards[0]).toEqual({
      slot: 0,
      sample: 0,
      reward: 1,
      advantage: null,
      used: false,
      reason: 'too small',
    });
  });

  it('stops when fewer groups than minGroups survived', () => {
    const input = inputWith([{ state: root, fates: ['lost', 'lost', 'lost'] }]);
    expect(() => evolve(input)).toThrow(new TooFewGroupsError(2, 0, 1));
  });

  it('refuses outcomes that are not one attempt for each sample', () => {
    const input = inputWith([{ state: root, fates: [1, 0, 0.5] }]);
    const missing = { ...input, outcomes: input.outcomes.slice(1) };
    expect(() => evolve(missing)).toThrow(new IncompleteOutcomesError(0, 3, [1, 2]));
    const twice = { ...input, outcomes: input.outcomes.map((one) => ({ ...one, sample: 0 })) };
    expect(() => evolve(twice)).toThrow(new IncompleteOutcomesError(0, 3, [0, 0, 0]));
    const stray = { ...input, outcomes: [...input.outcomes, ...attempts(7, [1])] };
    expect(() => evolve(stray)).toThrow(new IncompleteOutcomesError(7, 0, [0]));
  });

  it('refuses a competition whose direction it was not told', () => {
    const input = inputWith([{ state: root, fates: [1, 0, 0.5] }], { directions: new Map() });
    expect(() => evolve(input)).toThrow(new UnknownDirectionError('a'));
  });
});
