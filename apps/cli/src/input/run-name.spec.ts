import { describe, expect, it } from 'vitest';
import { nearestNames, nextRunName, numberOf } from './run-name.ts';

describe('nextRunName', () => {
  it('starts at 1', () => {
    expect(nextRunName('quickstart', [])).toBe('quickstart-1');
  });

  it('goes past the highest, whatever the order, and skips what only looks alike', () => {
    const taken = ['quickstart-10', 'quickstart-2', 'quickstart-x', 'quickstart-07', 'deep-44'];
    expect(nextRunName('quickstart', taken)).toBe('quickstart-11');
  });

  it('tells a recipe from one whose name begins with it', () => {
    expect(numberOf('quick', 'quick-start-3')).toBeNull();
    expect(numberOf('quick-start', 'quick-start-3')).toBe(3);
  });
});

describe('nearestNames', () => {
  const names = ['quickstart-1', 'quickstart-2', 'nightly-1'];

  it('puts the nearest first', () => {
    expect(nearestNames('quikstart-2', names)).toEqual(['quickstart-2', 'quickstart-1']);
  });

  it('takes the beginning of a name', () => {
    expect(nearestNames('night', names)).toEqual(['nightly-1']);
  });

  it('stays silent when nothing is near', () => {
    expect(nearestNames('zebra', names)).toEqual([]);
  });
});
