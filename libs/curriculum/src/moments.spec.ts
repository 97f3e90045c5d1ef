import { expect, it } from 'vitest';
import { momentsOf } from './moments.ts';

it('divides by the count', () => {
  expect(momentsOf([1, 2, 3, 6])).toEqual({ count: 4, mean: 3, variance: 3.5 });
});

it('gives equal numbers exactly their value and no variance', () => {
  expect(momentsOf([0.1, 0.1, 0.1])).toEqual({ count: 3, mean: 0.1, variance: 0 });
});

it('gives zeros for no numbers', () => {
  expect(momentsOf([])).toEqual({ count: 0, mean: 0, variance: 0 });
});
