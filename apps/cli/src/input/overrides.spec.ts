import { describe, expect, it } from 'vitest';
import { parseOverrides } from './overrides.ts';

describe('parseOverrides', () => {
  it('reads paths, JSON values and words', () => {
    expect(
      parseOverrides([
        'iterations=3',
        'update.learningRate=0.02',
        'update.epochs=2',
        'sampler.kind=uniform',
        'competitions.train=["house-prices"]',
        'reward.zeroForParentCopy=false',
        'engine.url=http://127.0.0.1:8000/?a=b',
      ]),
    ).toEqual({
      iterations: 3,
      update: { learningRate: 0.02, epochs: 2 },
      sampler: { kind: 'uniform' },
      competitions: { train: ['house-prices'] },
      reward: { zeroForParentCopy: false },
      engine: { url: 'http://127.0.0.1:8000/?a=b' },
    });
  });

  it('lets the later of two win', () => {
    expect(parseOverrides(['groups=4', 'groups=8'])).toEqual({ groups: 8 });
  });

  it.each(['iterations', '=3', 'update.=3', '.epochs=3', '__proto__.polluted=1', 'a b=1'])(
    'refuses %j with an example',
    (setting) => {
      expect(() => parseOverrides([setting])).toThrow(/--set: expected path=value, for example/);
    },
  );

  it('refuses a path through a value', () => {
    expect(() => parseOverrides(['update=3', 'update.epochs=2'])).toThrow(
      '--set update.epochs: update was already set to 3',
    );
  });
});
