import { murmur3 } from './murmur3.ts';
import { multiplyHigh, philox4x32, type Words4 } from './philox.ts';

/**
 * What a draw is for. Equal addresses give equal numbers, unequal ones give independent numbers; neither
 * the order of draws nor their count matters.
 */
export interface RandomAddress {
  /** The run's seed: a whole number from 0 to 2^53 − 1. */
  seed: number;
  /** What is drawn, in words; keeps two kinds of draw at one place apart. */
  purpose: string;
  /** The place: iteration, slot, sample, a state's address. Numbers are safe integers. */
  parts: readonly (number | string)[];
}

/** A draw's address holds a number that is not a safe integer (or a seed that is negative). */
export class RandomAddressError extends Error {
  override readonly name = 'RandomAddressError';
  constructor(
    readonly purpose: string,
    readonly value: number,
  ) {
    super(`random address "${purpose}": expected a safe integer, got ${value}`);
  }
}

/** Seeds lie this far below 2^31, so that seed + sample still fits a signed 32-bit integer. */
const sampleRoom = 1024;

/** A uniform number, strictly between 0 and 1: an odd multiple of 2^-53, so symmetric about one half. */
export function addressedUniform(address: RandomAddress): number {
  const [high, low] = addressedWords(address);
  const step = (high >>> 6) * 2 ** 26 + (low >>> 6);
  return (step + 0.5) * 2 ** -52;
}

/** A seed for an engine: a whole number from 0 to 2^31 − 1025. */
export function addressedSeed(address: RandomAddress): number {
  return multiplyHigh(addressedWords(address)[0], 2 ** 31 - sampleRoom);
}

/** A whole number from 0 to `bound` − 1; `bound` at most 2^31. */
export function addressedIndex(address: RandomAddress, bound: number): number {
  return Math.floor(addressedUniform(address) * bound);
}

/** The seed is the generator's key; purpose and parts, hashed to 128 bits, are its counter. */
function addressedWords({ seed, purpose, parts }: RandomAddress): Words4 {
  const unusable = [seed, ...parts].find(
    (part) => typeof part === 'number' && !Number.isSafeInteger(part),
  );
  if (typeof unusable === 'number') throw new RandomAddressError(purpose, unusable);
  if (seed < 0) throw new RandomAddressError(purpose, seed);
  return philox4x32(murmur3(encode(purpose, parts)), [seed >>> 0, Math.floor(seed / 2 ** 32)]);
}

/** JSON tells 1 from "1" and ["a", "b"] from ["ab"]: no two addresses share an encoding. */
const encode = (purpose: string, parts: readonly (number | string)[]): Uint8Array =>
  new TextEncoder().encode(JSON.stringify([purpose, ...parts]));
