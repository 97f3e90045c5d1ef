import { defaults } from '@ace/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptGrade, IncompleteGradeError, rewardOf, RewardReason } from './reward.ts';

const config = { validityFloor: 0.5, parentBonus: 0.1, zeroForParentCopy: true };
const valid: AttemptGrade = {
  lost: false,
  valid: true,
  score: 0.8,
  referencePercentile: 0.4,
  codeHash: 'own',
};
const failed: AttemptGrade = { ...valid, valid: false, score: null, referencePercentile: null };
const parent = { score: 0.7, codeHash: 'parent' };
const base = { grade: valid, parent: null, direction: 'maximize', config } as const;

describe('rewardOf', () => {
  it('gives a valid draft the floor plus its place above it', () => {
    expect(rewardOf(base)).toEqual({ reward: 0.7, reason: RewardReason.Valid });
    const worst = { ...valid, referencePercentile: 0 };
    expect(rewardOf({ ...base, grade: worst }).reward).toBe(0.5);
    const best = { ...valid, referencePercentile: 1 };
    expect(rewardOf({ ...base, grade: best }).reward).toBe(1);
  });

  it('gives an invalid attempt 0 and a lost one nothing', () => {
    expect(rewardOf({ ...base, grade: failed })).toEqual({ reward: 0, reason: 'invalid' });
    const lost = { ...failed, lost: true };
    expect(rewardOf({ ...base, grade: lost })).toEqual({ reward: null, reason: 'lost' });
  });

  it.each([
    ['maximize', 0.7, 'beats parent'],
    ['maximize', 0.8, 'valid'],
    ['maximize', 0.9, 'valid'],
    ['minimize', 0.7, 'valid'],
    ['minimize', 0.8, 'valid'],
    ['minimize', 0.9, 'beats parent'],
    ['maximize', null, 'beats parent'],
    ['minimize', null, 'beats parent'],
  ] as const)('compares with the parent: %s, parent at %s', (direction, score, reason) => {
    const result = rewardOf({ ...base, direction, parent: { ...parent, score } });
    expect(result.reason).toBe(reason);
    expect(result.reward).toBeCloseTo(reason === 'valid' ? 0.7 : 0.8, 15);
  });

  it('caps the sum at 1', () => {
    const best = { ...valid, referencePercentile: 0.95 };
    expect(rewardOf({ ...base, grade: best, parent }).reward).toBe(1);
  });

  it("gives the parent's code 0, unless told otherwise", () => {
    const copy = { ...base, parent: { score: 0.8, codeHash: 'own' } };
    expect(rewardOf(copy)).toEqual({ reward: 0, reason: 'copy of parent' });
    const kind = { ...config, zeroForParentCopy: false };
    expect(rewardOf({ ...copy, config: kind })).toEqual({ reward: 0.7, reason: 'valid' });
  });

  it('stays in [0, 1] and never falls with a better place', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, (validityFloor, parentBonus, a, b) => {
        const of = (referencePercentile: number) =>
          rewardOf({
            ...base,
            parent,
            grade: { ...valid, referencePercentile },
            config: { ...defaults.reward, validityFloor, parentBonus },
          }).reward!;
        expect(of(a)).toBeGreaterThanOrEqual(validityFloor);
        expect(of(a)).toBeLessThanOrEqual(1);
        if (a < b) expect(of(a)).toBeLessThanOrEqual(of(b));
      }),
    );
  });

  it.each([
    [{ score: null }, new IncompleteGradeError('score', null)],
    [{ score: NaN }, new IncompleteGradeError('score', NaN)],
    [{ referencePercentile: null }, new IncompleteGradeError('referencePercentile', null)],
    [{ referencePercentile: 1.5 }, new IncompleteGradeError('referencePercentile', 1.5)],
  ])('takes a valid grade with %j for a broken grader', (broken, error) => {
    expect(() => rewardOf({ ...base, grade: { ...valid, ...broken } })).toThrow(error);
  });
});
