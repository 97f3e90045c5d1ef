import type { Words4 } from './philox.ts';

const multipliers = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
const increments = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17] as const;
const blockRotations = [19, 17, 15, 13] as const;
const lanes = [0, 1, 2, 3] as const;
type Lane = (typeof lanes)[number];
type Lanes = [number, number, number, number];

/**
 * MurmurHash3_x86_128 of the bytes, as four unsigned 32-bit words. Public domain, by Austin Appleby;
 * source and verification value: https://github.com/aappleby/smhasher
 */
export function murmur3(bytes: Uint8Array, seed = 0): Words4 {
  const hash: Lanes = [seed, seed, seed, seed];
  const wholeBlocks = bytes.length - (bytes.length % 16);
  for (let start = 0; start < wholeBlocks; start += 16) mixBlock(hash, bytes, start);
  // Bytes past the end read as zero, and a lane of zeros changes nothing.
  for (const lane of lanes) hash[lane] ^= scramble(wordAt(bytes, wholeBlocks + 4 * lane), lane);
  return finish(hash, bytes.length);
}

function mixBlock(hash: Lanes, bytes: Uint8Array, start: number): void {
  for (const lane of lanes) {
    const mixed = hash[lane] ^ scramble(wordAt(bytes, start + 4 * lane), lane);
    const sum = rotate(mixed, blockRotations[lane]) + hash[next(lane)];
    hash[lane] = (Math.imul(sum, 5) + increments[lane]) | 0;
  }
}

const scramble = (word: number, lane: Lane): number =>
  Math.imul(rotate(Math.imul(word, multipliers[lane]), 15 + lane), multipliers[next(lane)]);

function finish(hash: Lanes, length: number): Words4 {
  for (const lane of lanes) hash[lane] ^= length;
  addAcross(hash);
  for (const lane of lanes) hash[lane] = avalanche(hash[lane]);
  addAcross(hash);
  return [hash[0] >>> 0, hash[1] >>> 0, hash[2] >>> 0, hash[3] >>> 0];
}

function addAcross(hash: Lanes): void {
  hash[0] = (hash[0] + hash[1] + hash[2] + hash[3]) | 0;
  for (const lane of [1, 2, 3] as const) hash[lane] = (hash[lane] + hash[0]) | 0;
}

function avalanche(word: number): number {
  const first = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}

const next = (lane: Lane): Lane => ((lane + 1) % 4) as Lane;
const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);
