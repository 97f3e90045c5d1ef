import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MissingRowError } from './errors.ts';
import { iterationSummary } from './iteration-summary.ts';
import { bufferAsOf } from './states.ts';
import { openTestRun, playedConfig, playRun } from './testing/play-run.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await playRun(test.db, 'played');
});
afterAll(() => test?.drop());

const attempts = playedConfig.groups * playedConfig.groupSize;

describe('iterationSummary', () => {
  it('gives the counts of one iteration and the buffer as it was after it', async () => {
    for (const iteration of [1, 2, 3]) {
      const { states } = await bufferAsOf(test.db, 'played', iteration);
      const { meanReward, ...summary } = await iterationSummary(test.db, 'played', iteration);
      expect(summary).toEqual({
        ...{ iteration, attempts, valid: (attempts * 2) / 3, states: states.length },
        ...{ bestReward: 0.75, bestRewardSoFar: 0.75 },
      });
      expect(meanReward).toBeCloseTo((0.75 * 2) / 3, 12);
    }
  });

  it('takes the best of an iteration from it alone, and the best so far from all up to it', async () => {
    await test.db.pool.query(
      `UPDATE rewards SET reward = CASE iteration WHEN 1 THEN 0.9 WHEN 2 THEN 0.6 ELSE 1 END
       WHERE run = 'played' AND (slot, sample) = (0, 0)`,
    );
    await test.db.pool.query(
      `UPDATE rewards SET reward = 0.5 WHERE run = 'played' AND (slot, sample) <> (0, 0)`,
    );
    const best = [1, 2, 3].map((iteration) => iterationSummary(test.db, 'played', iteration));
    expect((await Promise.all(best)).map((s) => [s.bestReward, s.bestRewardSoFar])).toEqual([
      [0.9, 0.9],
      [0.6, 0.9],
      [1, 1],
    ]);
  });

  it('refuses an iteration that is not evolved', async () => {
    await openTestRun(test.db, 'started');
    for (const [run, iteration] of [['played', 4] as const, ['started', 1] as const]) {
      await expect(iterationSummary(test.db, run, iteration)).rejects.toThrow(MissingRowError);
    }
  });
});
