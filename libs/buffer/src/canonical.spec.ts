import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from './canonical.ts';

const value = fc.jsonValue({ maxDepth: 3 });
const hex = (of: unknown): string => canonicalBytes(of).toString('hex');

describe('canonicalBytes', () => {
  it('are the same for the same value, whatever the order of its keys', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string(), value), { selector: ([key]) => key });
    fc.assert(
      fc.property(entries, (pairs) => {
        const object = Object.fromEntries(pairs);
        expect(hex(Object.fromEntries([...pairs].reverse()))).toBe(hex(object));
      }),
    );
  });

  it('differ for different values', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        fc.pre(JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b)));
        expect(hex(a)).not.toBe(hex(b));
      }),
    );
  });

  it.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [[[1], 2], [[1, 2]]],
    [null, ''],
    [0, -0],
    [1, '1'],
    [0.1 + 0.2, 0.3],
    [[], {}],
    [{ a: null }, {}],
  ])('differ for %j and %j', (a, b) => {
    expect(hex(a)).not.toBe(hex(b));
  });

  it('hold a number by its eight bytes, big-endian', () => {
    expect(hex(1)).toBe('643ff0000000000000');
  });

  it('refuse a clock', () => {
    expect(() => canonicalBytes([new Date()])).toThrow(TypeError);
  });
});

/** Keys in order, and −0 (which JSON cannot say) as text. */
function sorted(of: unknown): unknown {
  if (Object.is(of, -0)) return '-0';
  if (Array.isArray(of)) return of.map(sorted);
  if (typeof of !== 'object' || of === null) return of;
  return Object.entries(of)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
