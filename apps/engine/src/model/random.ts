/**
 * Addressed randomness: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011)
 * keyed by a seed, its counter being the address of the draw. A draw depends on nothing else.
 */

/** What a draw is for; a part of its address. */
export const RandomPurpose = { InitialWeight: 1, SampledToken: 2 } as const;
export type RandomPurpose = (typeof RandomPurpose)[keyof typeof RandomPurpose];

export interface DrawAddress {
  purpose: RandomPurpose;
  index: number;
  part: number;
}

type Words = [number, number, number, number];

const two32 = 2 ** 32;

/** High word of the 64-bit product of two 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** One block of four random words. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = [multiplyHigh(0xd2511f53, a), Math.imul(0xd2511f53, a) >>> 0];
    const [high1, low1] = [multiplyHigh(0xcd9e8d57, c), Math.imul(0xcd9e8d57, c) >>> 0];
    [a, b, c, d] = [(high1 ^ b ^ k0) >>> 0, low1, (high0 ^ d ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [a, b, c, d];
}

/** Two independent uniforms in [0, 1) with 53 bits each. `seed`: a safe integer from 0. */
function uniforms(seed: number, { purpose, index, part }: DrawAddress): [number, number] {
  const key = [seed >>> 0, Math.floor(seed / two32) >>> 0] as const;
  const [a, b, c, d] = philox([index >>> 0, part >>> 0, 0, purpose], key);
  return [uniformOf(a, b), uniformOf(c, d)];
}

const uniformOf = (high: number, low: number): number =>
  ((high >>> 5) * 0x4000000 + (low >>> 6)) / 2 ** 53;

/** Uniform in [0, 1). */
export const uniform = (seed: number, address: DrawAddress): number => uniforms(seed, address)[0];

/** Standard normal, by Box and Muller. */
export function standardNormal(seed: number, address: DrawAddress): number {
  const [u, v] = uniforms(seed, address);
  return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
}
