import { openScratch } from '@ace/buffer';
import { rootCause } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readServices } from '../src/services/services.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 12, iterations: 3, pipelineDepth: 2, groups: 2, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

interface Verification {
  differences: number;
  tables: { what: string; original: number; again: number; differing: number; first: string }[];
}

let system: System;

beforeAll(async () => {
  system = await startSystem();
  await system.train('original', config);
  await system.ended('original');
}, 240_000);

afterEach(() => system.tidy(), 60_000);
afterAll(() => system.end(), 60_000);

const verify = (iteration: number, workflowId = `verify-${iteration}`): Promise<Verification> =>
  system.client.workflow.execute('replayIteration', {
    ...{ workflowId, taskQueue: 'ace' },
    args: [{ run: 'original', iteration, mode: 'verify' }],
  });

async function scratchRuns(): Promise<number> {
  const { postgres } = await readServices(system.home);
  const scratch = await openScratch(postgres!.url);
  const { rows } = await scratch.pool.query<{ runs: number }>('SELECT count(*) AS runs FROM runs');
  await scratch.pool.end();
  return rows[0]!.runs;
}

describe('an iteration that is verified', () => {
  it.each([1, 2, 3])(
    '%d: is done again, equal to its original',
    async (iteration) => {
      const before = await system.digest('original');
      const { differences, tables } = await verify(iteration);
      expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
      expect(differences).toBe(0);
      const counts = Object.fromEntries(tables.map(({ what, again }) => [what, again]));
      expect(counts).toMatchObject({
        groups: 2,
        completions: 8,
        results: 8,
        grades: 8,
        versions: 1,
      });
      expect(await system.digest('original')).toEqual(before);
      expect(await scratchRuns()).toBe(0);
    },
    60_000,
  );

  it('names what was tampered with', async () => {
    await system.db.pool.query(
      `UPDATE grades SET valid = false, score = NULL, reference_percentile = NULL, invalid_reason = 'x'
       WHERE run = 'original' AND track = 'train' AND iteration = 3 AND slot = 1 AND sample = 2`,
    );
    await system.db.pool.query(
      `UPDATE versions SET sha256 = 'another' WHERE run = 'original' AND version = 3`,
    );
    const { tables } = await verify(3, 'verify-tampered');
    const named = tables.filter(({ differing }) => differing > 0);
    expect(named.map(({ what }) => what)).toEqual(['grades', 'versions']);
    expect(named[0]?.first).toMatch(/^track train, iteration 3, slot 1, sample 2: /);
  }, 60_000);

  it('whose worker is killed on the way is verified all the same', async () => {
    await system.faults.arm('result stored, sandbox not removed', 3);
    const verified = verify(2, 'verify-killed');
    await system.died('worker');
    await system.revive();
    expect((await verified).differences).toBe(0);
    expect(await scratchRuns()).toBe(0);
  }, 90_000);

  it.each([0, 4])(
    '%d is refused where it is none',
    async (iteration) => {
      const refused = await verify(iteration).catch((error: Error) => error.cause);
      expect(rootCause(refused)).toBe(
        `iteration: expected 1 to 3, the iterations that "original" has learnt from, got ${iteration}`,
      );
    },
    30_000,
  );
});
