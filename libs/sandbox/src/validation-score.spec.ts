import { describe, expect, it } from 'vitest';
import { parseValidationScore } from './validation-score.ts';

describe('parseValidationScore', () => {
  it.each([
    ['validation score: 0.25\n', 0.25],
    ['validation score: 0.25\nnoise\nvalidation score: -1e-3\n', -0.001],
    ['  validation score:  12\r\n', 12],
    ['no score\n', null],
    ['the validation score: 1\n', null],
    ['validation score: nan\n', null],
    ['validation score: 1\nvalidation score: inf\n', null],
    ['', null],
  ])('reads %j', (stdout, score) => {
    expect(parseValidationScore(stdout)).toBe(score);
  });
});
