import { expect, it } from 'vitest';
import { murmur3 } from './murmur3.ts';

const littleEndian = (words: readonly number[]): Uint8Array =>
  new Uint8Array(words.flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff)));

it("gives SMHasher's verification value of MurmurHash3_x86_128", () => {
  const keys = Uint8Array.from({ length: 256 }, (_, index) => index);
  const hashes = new Uint8Array(256 * 16);
  for (let length = 0; length < 256; length++) {
    hashes.set(littleEndian(murmur3(keys.subarray(0, length), 256 - length)), length * 16);
  }
  expect(murmur3(hashes)[0]).toBe(0xb3ece62a);
});

it('hashes nothing to nothing', () => {
  expect(murmur3(new Uint8Array())).toEqual([0, 0, 0, 0]);
});
