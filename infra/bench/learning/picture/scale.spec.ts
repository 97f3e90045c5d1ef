import { describe, expect, it } from 'vitest';
import { linearScale, ticksOf } from './scale.ts';

describe('ticksOf', () => {
  it.each([
    [[0, 240], 2, [0, 100, 200]],
    [[0, 1], 4, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[-0.07, 0.07], 4, [-0.05, 0, 0.05]],
    [[0, 0], 4, [0]],
  ] as const)('of %j, about %i: %j', (domain, count, expected) => {
    expect(ticksOf(domain, count)).toEqual(expected);
  });
});

describe('linearScale', () => {
  it('maps the domain, either way round, and holds what is outside at its ends', () => {
    const scale = linearScale([0, 2], [100, 0]);
    expect([0, 1, 2, 3, -1].map(scale)).toEqual([100, 50, 0, 0, 100]);
  });

  it('puts a domain of one value in the middle', () => {
    expect(linearScale([1, 1], [0, 10])(1)).toBe(5);
  });
});
