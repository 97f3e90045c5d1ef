import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressedIndex,
  addressedSeed,
  addressedUniform,
  type RandomAddress,
  RandomAddressError,
} from './random.ts';
import { chiSquare, criticalValue } from './testing/chi-square.ts';

const addresses: fc.Arbitrary<RandomAddress> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 48 }),
  purpose: fc.string(),
  parts: fc.array(fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }))),
});

const draws = (count: number, of: (address: RandomAddress) => number): number[] =>
  Array.from({ length: count }, (_, index) => of({ seed: 7, purpose: 'test', parts: [index] }));

describe('addressedUniform', () => {
  it('is an odd multiple of 2^-53 strictly between 0 and 1, and the same every time', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        const value = addressedUniform(address);
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(1);
        expect((value * 2 ** 53) % 2).toBe(1);
        expect(addressedUniform({ ...address })).toBe(value);
      }),
    );
  });

  // Worked out by a second implementation, in Python's exact integers.
  it.each([
    [
      { seed: 1, purpose: 'choose state', parts: [1, 0, 'root:titanic'] },
      0.15586448618305726,
      334716264,
    ],
    [
      { seed: 1, purpose: 'choose state', parts: [1, 0, 'root:ames'] },
      0.2911760706434695,
      625295548,
    ],
    [{ seed: 2 ** 48, purpose: 'generate', parts: [20, 3, 7] }, 0.33592361113077385, 721390096],
    [{ seed: 0, purpose: '', parts: [] }, 0.2778360843293236, 596648156],
  ])('gives the known answer of %j', (address, uniform, seed) => {
    expect(addressedUniform(address)).toBe(uniform);
    expect(addressedSeed(address)).toBe(seed);
  });

  it('differs in every part of the address', () => {
    const base = { seed: 1, purpose: 'p', parts: [1, 'a', 'b'] };
    const variants: RandomAddress[] = [
      base,
      { ...base, seed: 2 },
      { ...base, seed: 1 + 2 ** 32 },
      { ...base, purpose: 'q' },
      { ...base, parts: [2, 'a', 'b'] },
      { ...base, parts: ['1', 'a', 'b'] },
      { ...base, parts: [1, 'ab'] },
      { ...base, parts: [1, 'a', 'b', ''] },
      { ...base, parts: [1, 'b', 'a'] },
      { ...base, parts: [1, '\ud800', 'b'] },
      { ...base, parts: [1, '\ud801', 'b'] },
    ];
    expect(new Set(variants.map(addressedUniform)).size).toBe(variants.length);
  });

  it('is uniform, and independent of the neighbouring address (false-alarm rate 1e-5 each)', () => {
    const values = draws(20_000, addressedUniform);
    const cells = new Array<number>(64).fill(0);
    values.forEach((value) => cells[Math.floor(value * 64)]!++);
    expect(
      chiSquare(
        cells,
        cells.map(() => 1 / 64),
      ),
    ).toBeLessThan(criticalValue(64));
    const pairs = new Array<number>(64).fill(0);
    for (let index = 0; index < values.length; index += 2) {
      pairs[Math.floor(values[index]! * 8) * 8 + Math.floor(values[index + 1]! * 8)]!++;
    }
    expect(
      chiSquare(
        pairs,
        pairs.map(() => 1 / 64),
      ),
    ).toBeLessThan(criticalValue(64));
  });

  it.each([
    [{ seed: 1.5, purpose: 'p', parts: [] }, 1.5],
    [{ seed: -1, purpose: 'p', parts: [] }, -1],
    [{ seed: 1, purpose: 'p', parts: [0.5] }, 0.5],
    [{ seed: 1, purpose: 'p', parts: [NaN] }, NaN],
    [{ seed: 1, purpose: 'p', parts: [2 ** 53] }, 2 ** 53],
  ])('refuses %j', (address, value) => {
    expect(() => addressedUniform(address)).toThrow(new RandomAddressError('p', value));
  });
});

describe('addressedSeed', () => {
  it('is a whole number that leaves room for samples below 2^31', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        const seed = addressedSeed(address);
        expect(Number.isInteger(seed)).toBe(true);
        expect(seed).toBeGreaterThanOrEqual(0);
        expect(seed + 1023).toBeLessThan(2 ** 31 - 1);
      }),
    );
  });

  it('uses the whole range and hardly ever repeats', () => {
    const seeds = draws(5_000, addressedSeed);
    expect(new Set(seeds).size).toBeGreaterThan(4_990);
    expect(Math.min(...seeds)).toBeLessThan(2 ** 31 / 500);
    expect(Math.max(...seeds)).toBeGreaterThan(2 ** 31 * (1 - 1 / 500));
  });
});

it('addressedIndex reaches every index alike (false-alarm rate 1e-5)', () => {
  const counts = new Array<number>(7).fill(0);
  draws(7_000, (address) => addressedIndex(address, 7)).forEach((index) => counts[index]!++);
  expect(
    chiSquare(
      counts,
      counts.map(() => 1 / 7),
    ),
  ).toBeLessThan(criticalValue(7));
});
