import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advantagesOf, fillBatch, GroupOutcome, judgeGroup } from './advantage.ts';
import { momentsOf } from './moments.ts';

const rewards = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 1,
  maxLength: 16,
});
const configs = fc.record({
  divideByDeviation: fc.boolean(),
  deviationFloor: fc.double({ min: 1e-6, max: 1, noNaN: true }),
});
const grpo = { divideByDeviation: true, deviationFloor: 0 };

describe('advantagesOf', () => {
  it('has zero mean', () => {
    fc.assert(
      fc.property(rewards, configs, (group, config) => {
        const sum = advantagesOf(group, config).reduce((a, b) => a + b, 0);
        expect(Math.abs(sum)).toBeLessThan(1e-8);
      }),
    );
  });

  it('has unit variance after division, when there is a spread', () => {
    const advantages = advantagesOf([0, 0.5, 0.7, 1], grpo);
    expect(momentsOf(advantages).variance).toBeCloseTo(1, 12);
  });

  it('keeps the scale without division', () => {
    expect(advantagesOf([0, 0, 0, 1], { ...grpo, divideByDeviation: false })).toEqual([
      -0.25, -0.25, -0.25, 0.75,
    ]);
  });

  it('does not depend on the order beyond rounding, and ranks as the rewards do', () => {
    fc.assert(
      fc.property(rewards, configs, (group, config) => {
        const straight = advantagesOf(group, config);
        const turned = advantagesOf(group.toReversed(), config).toReversed();
        straight.forEach((advantage, index) => {
          expect(turned[index]).toBeCloseTo(advantage, 8);
          group.forEach((reward, other) => {
            if (group[index]! > reward) {
              expect(advantage).toBeGreaterThanOrEqual(straight[other]!);
            }
          });
        });
      }),
    );
  });

  it('is 0 for equal rewards whose mean does not round to them, even without a floor', () => {
    expect(advantagesOf([0.1, 0.1, 0.1], grpo)).toEqual([0, 0, 0]);
  });
});

describe('judgeGroup', () => {
  const limits = { minGroupSize: 2, minSpread: 1e-3 };

  it.each([
    [[0, 1, 1, null], GroupOutcome.Used],
    [[null, null], GroupOutcome.AllLost],
    [[], GroupOutcome.AllLost],
    [[0.5, null], GroupOutcome.TooSmall],
    [[0.7, 0.7, 0.7], GroupOutcome.NoSpread],
    [[0.5, 0.5019], GroupOutcome.NoSpread],
    [[0.5, 0.5021], GroupOutcome.Used],
  ] as const)('judges %j as %s', (group, outcome) => {
    expect(judgeGroup(group, limits)).toBe(outcome);
  });

  it('takes rounding for no spread even when every spread is allowed', () => {
    expect(judgeGroup([0.1, 0.1, 0.1], { minGroupSize: 1, minSpread: 0 })).toBe('no spread');
  });

  it('looks at the spread and not at the mean', () => {
    fc.assert(
      fc.property(rewards, fc.double({ min: -1, max: 1, noNaN: true }), (group, shift) => {
        const { variance } = momentsOf(group);
        fc.pre(Math.abs(Math.sqrt(variance) - limits.minSpread) > 1e-6);
        const moved = group.map((reward) => reward + shift);
        expect(judgeGroup(moved, limits)).toBe(judgeGroup(group, limits));
      }),
    );
  });
});

describe('fillBatch', () => {
  const group = (slot: number, spare: boolean, outcome: GroupOutcome) => ({ slot, spare, outcome });

  it('lets spare groups take the places of those without a gradient, by slot', () => {
    const filled = fillBatch(
      [
        group(4, true, 'used'),
        group(3, true, 'used'),
        group(2, true, 'no spread'),
        group(1, false, 'no spread'),
        group(0, false, 'used'),
      ],
      2,
    );
    expect(filled.map(({ slot, outcome }) => [slot, outcome])).toEqual([
      [0, 'used'],
      [1, 'no spread'],
      [2, 'no spread'],
      [3, 'used'],
      [4, 'spare'],
    ]);
  });

  it('fills as far as it can, in any order of input', () => {
    const groups = fc.uniqueArray(
      fc.record({
        slot: fc.nat(20),
        spare: fc.boolean(),
        outcome: fc.constantFrom('used', 'no spread', 'all lost', 'too small'),
      }) as fc.Arbitrary<ReturnType<typeof group>>,
      { selector: ({ slot }) => slot },
    );
    fc.assert(
      fc.property(groups, fc.nat(8), (given, room) => {
        const usable = given.filter(({ outcome }) => outcome === 'used');
        const wanted = usable.filter(({ spare }) => !spare).length + room;
        const filled = fillBatch(given, wanted);
        const used = filled.filter(({ outcome }) => outcome === 'used');
        const spared = filled.filter(({ outcome }) => outcome === 'spare');
        expect(used).toHaveLength(Math.min(wanted, usable.length));
        expect(used.length + spared.length).toBe(usable.length);
        expect(spared.every(({ spare }) => spare)).toBe(true);
        expect(fillBatch(given.toReversed(), wanted)).toEqual(filled);
      }),
    );
  });
});
