import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('the options', () => {
  it('are 100 kills over depths 1, 2 and 4 of the recipe crash unless told', () => {
    expect(parseOptions([])).toMatchObject({ kills: 100, recipe: 'crash', depths: [1, 2, 4] });
    expect(parseOptions(['--help'])).toBeNull();
  });

  it('are taken as given', () => {
    const args = ['--kills', '3', '--seed', '9', '--recipe', 'quickstart', '--depths', '2'];
    const expected = { kills: 3, seed: 9, recipe: 'quickstart', depths: [2] };
    expect(parseOptions(args)).toEqual(expected);
  });

  it.each([
    [['--kills', '0'], '--kills: expected a whole number from 1 to 10000, got "0"'],
    [['--seed', 'x'], '--seed: expected a whole number'],
    [['--depths', '1,99'], '--depths: expected a whole number from 1 to 16, got "99"'],
    [['--kils', '3'], '--kils'],
  ])('%j are refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
