import { describe, expect, it } from 'vitest';
import { nearestNames } from './nearest.ts';

describe('nearestNames', () => {
  const names = ['quickstart-1', 'quickstart-2', 'nightly-1'];

  it('puts the nearest first', () => {
    expect(nearestNames('quikstart-2', names)).toEqual(['quickstart-2', 'quickstart-1']);
  });

  it('knows a name by its part', () => {
    expect(nearestNames('night', names)).toEqual(['nightly-1']);
    expect(nearestNames('strength', ['corner', 'concrete-strength'])).toEqual([
      'concrete-strength',
    ]);
  });

  it('stays silent when nothing is near', () => {
    expect(nearestNames('zebra', names)).toEqual([]);
  });
});
