import { describe, expect, it } from 'vitest';
import { curveOf, EmptyMeasurementError } from './curve.ts';

const sample = (reward: number | null) => ({ valid: (reward ?? 0) > 0, reward });
const competitions = [
  { competition: 'a', samples: [sample(0), sample(0.8)] },
  { competition: 'b', samples: [sample(0.4), sample(0.4)] },
  { competition: 'c', samples: [sample(0), sample(0.6)] },
];
const input = {
  versions: [
    { version: 0, competitions },
    { version: 2, competitions },
  ],
  attempts: [24, 16, 24],
  trainedOn: ['a', 'b'],
  heldOut: ['c'],
};

describe('curveOf', () => {
  it('measures each version after the training attempts of its iterations', () => {
    expect(curveOf(input).map(({ executions }) => executions)).toEqual([0, 40]);
  });

  it('keeps competitions trained on and held out apart', () => {
    const [first] = curveOf(input);
    expect(first!.trainedOn).toEqual({ drafts: 4, valid: 3, validRate: 0.75, meanReward: 0.4 });
    expect(first!.heldOut).toMatchObject({ drafts: 2, validRate: 0.5, meanReward: 0.3 });
    expect(first!.competitions['b']).toMatchObject({ validRate: 1, meanReward: 0.4 });
  });

  it('leaves a lost draft out of its figures', () => {
    const lost = [
      { competition: 'a', samples: [sample(null), sample(0.8)] },
      ...competitions.slice(1),
    ];
    const [first] = curveOf({ ...input, versions: [{ version: 0, competitions: lost }] });
    expect(first!.competitions['a']).toMatchObject({ drafts: 1, validRate: 1, meanReward: 0.8 });
  });

  it('refuses a split without a draft', () => {
    expect(() => curveOf({ ...input, heldOut: [] })).toThrow(EmptyMeasurementError);
    expect(() => curveOf({ ...input, heldOut: ['d'] })).toThrow('no evaluated draft of d');
  });
});
