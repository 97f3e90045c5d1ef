import { describe, expect, it } from 'vitest';
import { nextRunName, numberOf } from './run-name.ts';

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
