import { describe, expect, it } from 'vitest';
import { nearestNames } from './nearest.ts';

describe('nearestNames', () => {
  it('puts the fewest changes first', () => {
    const names = ['loan-rates', 'house-prices', 'telco-churn'];
    expect(nearestNames('hous-price', names, 1)).toEqual(['house-prices']);
    expect(nearestNames('telkochurn', names)[0]).toBe('telco-churn');
  });

  it('knows a name by its part', () => {
    expect(nearestNames('concrete', ['corner', 'concrete-strength'], 1)).toEqual([
      'concrete-strength',
    ]);
  });

  it('gives no more than there are', () => {
    expect(nearestNames('x', ['a'])).toEqual(['a']);
  });
});
