import { InputError } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('compares all samplers over ten seeds unless told', () => {
    const options = parseOptions([]);
    expect(options).toMatchObject({ seeds: 10, iterations: null, resume: false });
    expect(options!.samplers).toHaveLength(6);
  });

  it('reads every option', () => {
    const line = '--seeds 3 --samplers uniform,lp --iterations 2 --parallel 2 --out /a --home /b';
    expect(parseOptions([...line.split(' '), '--resume'])).toEqual({
      ...{ seeds: 3, samplers: ['lp', 'uniform'], iterations: 2, parallel: 2 },
      ...{ out: '/a', home: '/b', resume: true },
    });
  });

  it('knows when help is asked for', () => {
    expect(parseOptions(['--help'])).toBeNull();
  });

  it.each([
    ['--seeds 0', '--seeds: expected a whole number from 1 to 1000, got "0"'],
    ['--parallel 1.5', '--parallel'],
    ['--iterations many', '--iterations'],
    ['--samplers uniform,best', 'got "best"'],
    ['--samplers lp', 'uniform among them'],
    ['--seed 3', "Unknown option '--seed'"],
    ['extra', 'extra'],
  ])('refuses %s', (line, words) => {
    expect(() => parseOptions(line.split(' '))).toThrow(InputError);
    expect(() => parseOptions(line.split(' '))).toThrow(words);
  });
});
