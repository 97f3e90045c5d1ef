import { readRun } from '@ace/buffer';
import { openArtifacts } from '@ace/buffer/artifacts';
import { createTestDatabase, playedConfig, playRun, type TestDatabase } from '@ace/buffer/testing';
import type { RunConfig } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Standing } from '../view/live-view.ts';
import { gatherReport } from './gather.ts';

/** The played run on competitions that the catalogue has; two of three attempts are valid. */
const config: RunConfig = {
  ...playedConfig,
  competitions: { train: ['house-prices', 'telco-churn'], heldOut: ['loan-rates'] },
  evaluation: { samplesPerCompetition: 6, everyIterations: 0 },
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await playRun(database.db, 'played', undefined, config);
});
afterAll(() => database.drop());

describe('gatherReport', () => {
  const artifacts = openArtifacts('/store');
  const gather = async () => {
    const record = (await readRun(database.db, 'played'))!;
    const condition = { standing: Standing.Finished, failure: null };
    return gatherReport({ db: database.db, artifacts }, record, condition);
  };

  it('measures the first and the last version, trained-on and held-out apart', async () => {
    const report = await gather();
    expect(report).toMatchObject({
      ...{ complete: true, missing: null, versions: { before: 0, after: 3 } },
      iterations: { learnt: 3, all: 3 },
      samples: { before: 12, after: 12 },
      validRate: { before: 2 / 3, after: 2 / 3 },
      heldOut: { samples: { before: 6, after: 6 }, validRate: { before: 2 / 3, after: 2 / 3 } },
    });
    // Samples 0, 1, 3 and 4 of 6 are valid: one start of three takes two steps.
    expect(report.heldOut.stepsToFirstValid.after).toBeCloseTo(4 / 3, 12);
  });

  it('counts executions of training and of evaluation apart', async () => {
    const { executions, evaluationExecutions } = await gather();
    expect(executions).toBe(3 * config.groups * config.groupSize);
    expect(evaluationExecutions).toBe(2 * 3 * 6);
  });

  it('names the best program of each competition, in the direction of its metric', async () => {
    const { competitions } = await gather();
    expect(competitions.map(({ id, split }) => [id, split])).toEqual([
      ['house-prices', 'train'],
      ['telco-churn', 'train'],
      ['loan-rates', 'held-out'],
    ]);
    for (const { best, bestScore } of competitions) {
      expect(best?.path).toMatch(/^\/store\/[0-9a-f]{2}\/[0-9a-f]{64}$/);
      expect(bestScore).toBe(best?.score);
    }
  });
});
