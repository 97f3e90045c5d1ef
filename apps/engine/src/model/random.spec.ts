import { describe, expect, it } from 'vitest';
import { philox, RandomPurpose, standardNormal, uniform } from './random.ts';

const address = (index: number) => ({ purpose: RandomPurpose.SampledToken, index, part: 0 });

describe('addressed randomness', () => {
  it('is Philox4x32-10: the known answers of Random123', () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const ones = 0xffffffff;
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    expect(
      philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    ).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
  });

  it('gives every address its own draw, and seeds beyond 32 bits too', () => {
    const draws = [0, 1, 2 ** 32, 2 ** 48].flatMap((seed) =>
      [0, 1, 2].map((index) => uniform(seed, address(index))),
    );
    expect(new Set(draws).size).toBe(12);
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  });

  it('has the moments of a standard normal', () => {
    const draws = Array.from({ length: 20_000 }, (_, index) => standardNormal(7, address(index)));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });
});
