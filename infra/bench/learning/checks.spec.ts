import { describe, expect, it } from 'vitest';
import { checkRuns } from './checks.ts';
import { runOf, tenSeeds } from './testing/runs.ts';

describe('checkRuns', () => {
  it('finds runs of a seed that start from the same evaluation', () => {
    expect(checkRuns(tenSeeds())).toEqual({ executionsPerRun: 48, sameStart: true });
  });

  it('finds runs of a seed that do not', () => {
    const runs = [runOf('lp', 1, [0.1, 0.2]), runOf('uniform', 1, [0.2, 0.2])];
    expect(checkRuns(runs).sameStart).toBe(false);
  });

  it('lets seeds start differently', () => {
    const runs = [runOf('uniform', 1, [0.1, 0.2]), runOf('uniform', 2, [0.2, 0.2])];
    expect(checkRuns(runs).sameStart).toBe(true);
  });
});
