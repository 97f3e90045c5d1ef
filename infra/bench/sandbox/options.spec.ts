import { InputError } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { defaultCount, parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('prints a table of so many executions unless told', () => {
    expect(parseOptions([])).toEqual({ count: defaultCount, json: false });
  });

  it('reads every option', () => {
    expect(parseOptions(['--count', '7', '--json'])).toEqual({ count: 7, json: true });
  });

  it('knows when help is asked for', () => {
    expect(parseOptions(['--help'])).toBeNull();
  });

  it.each([
    ['--count 0', '--count: expected a whole number from 1 to 10000, got "0"'],
    ['--count 1e3', '--count'],
    ['--count=-1', '--count'],
    ['--counts 3', "Unknown option '--counts'"],
    ['--json=yes', '--json'],
    ['extra', 'extra'],
  ])('refuses %s', (line, words) => {
    expect(() => parseOptions(line.split(' '))).toThrow(InputError);
    expect(() => parseOptions(line.split(' '))).toThrow(words);
  });
});
