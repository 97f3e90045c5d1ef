import { describe, expect, it } from 'vitest';
import { learntChoices } from './learnt.ts';

const vocabulary = {
  words: [
    '',
    ...['mean', 'median', 'none'].map((word) => `imputation=${word}`),
    'forest',
    'linear',
  ],
  decisions: [
    { name: 'imputation', tokens: [1, 2, 3] },
    { name: 'model', tokens: [4, 5] },
  ],
};

describe('learntChoices', () => {
  it('names the choice that moved most of each decision, the largest move first', () => {
    const before = [
      [1, 4],
      [2, 5],
      [3, 4],
      [3, 5],
    ];
    const after = [
      [2, 4],
      [2, 4],
      [2, 4],
      [2, 5],
    ];
    expect(learntChoices(vocabulary, before, after)).toEqual([
      { decision: 'imputation', choice: 'median', before: 0.25, after: 1 },
      { decision: 'model', choice: 'forest', before: 0.5, after: 0.75 },
    ]);
  });

  it('leaves out what hardly moved, and everything without a second version', () => {
    const same = [
      [1, 4],
      [2, 5],
    ];
    expect(learntChoices(vocabulary, same, same)).toEqual([]);
    expect(learntChoices(vocabulary, same, [])).toEqual([]);
  });
});
