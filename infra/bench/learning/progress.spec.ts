import { describe, expect, it } from 'vitest';
import { endingTeller } from './progress.ts';
import { runOf } from './testing/runs.ts';

describe('endingTeller', () => {
  it('numbers the runs and tells the time that is left at the pace so far', () => {
    const lines: string[] = [];
    let now = 0;
    const tell = endingTeller(
      12,
      (line) => lines.push(line),
      () => now,
    );
    now = 60_000;
    tell(runOf('lp', 1001, [0.15, 0.8]));
    now = 120_000;
    tell(runOf('lp-without-staleness', 1001, [0.15, 0.9]));
    expect(lines).toEqual([
      ' 1/12 lp 1001: 60 s, valid 15 → 80 %, 11 min left',
      ' 2/12 lp-without-staleness 1001: 60 s, valid 15 → 90 %, 10 min left',
    ]);
  });
});
