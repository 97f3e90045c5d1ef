import { describe, expect, it } from 'vitest';
import { parseReplay } from './index.ts';

const asked = { run: 'quickstart-1', iteration: 3 };

const refusal = (input: unknown): string => {
  try {
    parseReplay(input);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was accepted');
};

describe('what a person types to replay an iteration', () => {
  it.each(['retry', 'verify'])('%s takes one group, by its slot, or none', (mode) => {
    expect(parseReplay({ ...asked, mode })).toEqual({ ...asked, mode });
    expect(parseReplay({ ...asked, mode, group: 0 })).toEqual({ ...asked, mode, group: 0 });
  });

  it('fork takes no group, and a name and changes', () => {
    const fork = { ...asked, mode: 'fork', name: 'other', changes: { groups: 4 } };
    expect(parseReplay(fork)).toEqual(fork);
    expect(refusal({ ...fork, group: 1 })).toBe(
      'replay: group: expected none with mode "fork": a fork shares whole iterations, got 1',
    );
  });

  it.each([
    [{ name: 'other' }, 'name: expected none unless mode is "fork", got "other"'],
    [{ changes: {} }, 'changes: expected none unless mode is "fork", got {}'],
  ])('the other modes take no %j', (more, words) => {
    expect(refusal({ ...asked, mode: 'retry', ...more })).toBe(`replay: ${words}`);
  });

  it.each([
    [-1, /^replay: group: .*>=0, got -1$/],
    [1.5, /^replay: group: .*int.*, got 1\.5$/],
    ['1', /^replay: group: .*number.*, got "1"$/],
    [null, /^replay: group: .*number.*, got null$/],
  ])('a group is a whole number from 0: not %j', (group, words) => {
    expect(refusal({ ...asked, mode: 'verify', group })).toMatch(words);
  });
});
