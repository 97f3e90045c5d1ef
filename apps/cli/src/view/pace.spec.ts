import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

describe('createPace', () => {
  it('is silent until something was seen, then goes by the pace since the first look', () => {
    const pace = createPace();
    expect(pace.secondsLeft({ done: 100, all: 200 }, 50_000)).toBeNull();
    expect(pace.secondsLeft({ done: 102, all: 200 }, 54_000)).toBeNull();
    expect(pace.secondsLeft({ done: 120, all: 200 }, 60_000)).toBe(40);
  });

  it('is silent when nothing is left', () => {
    const pace = createPace();
    pace.secondsLeft({ done: 0, all: 200 }, 0);
    expect(pace.secondsLeft({ done: 200, all: 200 }, 60_000)).toBeNull();
  });
});
