import { describe, expect, it } from 'vitest';
import { phaseWords } from './phase-words.ts';

const none = { done: 0, all: 0 };
const some = { done: 12, all: 32 };

describe('phaseWords', () => {
  it('tells waiting for executions from learning', () => {
    const learn = { kind: 'learn', index: 3 } as const;
    expect(phaseWords(learn, some, none)).toBe('executing and grading iteration 3');
    expect(phaseWords(learn, none, some)).toBe('learning from iteration 3');
  });

  it('waits for the last evaluation at the end', () => {
    const finish = { kind: 'finish', index: 15 } as const;
    expect(phaseWords(finish, none, some)).toBe('executing and grading the last evaluation');
    expect(phaseWords(finish, none, none)).toBe('finishing');
    expect(phaseWords(null, none, none)).toBe('done');
  });
});
