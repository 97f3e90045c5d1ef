import { InputError } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { parseOptions, parts } from './options.ts';

describe('parseOptions', () => {
  it('measures everything, with 24 kills, unless told', () => {
    const expected = { parts, kills: 24, recipe: 'crash', iterations: 4, json: false };
    expect(parseOptions([])).toMatchObject(expected);
  });

  it('reads every option, and keeps the parts in their order', () => {
    const line =
      '--parts effective,kills --kills 3 --seed 5 --recipe quickstart --iterations 2 --json';
    expect(parseOptions(line.split(' '))).toEqual({
      ...{ parts: ['kills', 'effective'], kills: 3, seed: 5 },
      ...{ recipe: 'quickstart', iterations: 2, json: true },
    });
  });

  it('knows when help is asked for', () => {
    expect(parseOptions(['--help'])).toBeNull();
  });

  it.each([
    ['--kills 0', '--kills: expected a whole number from 1 to 1000, got "0"'],
    ['--seed x', '--seed: expected a whole number'],
    ['--parts kills,nap', '--parts: expected some of kills, busy, effective, got "nap"'],
    ['--kils 3', "Unknown option '--kils'"],
    ['extra', 'extra'],
  ])('refuses %s', (line, words) => {
    expect(() => parseOptions(line.split(' '))).toThrow(InputError);
    expect(() => parseOptions(line.split(' '))).toThrow(words);
  });
});
