import { openScratch } from '@ace/buffer';
import { rootCause } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readServices } from '../src/services/services.ts';
import { ace } from './ace.ts';
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

const replay = <Result>(workflowId: string, asked: object): Promise<Result> =>
  system.client.workflow.execute('replayIteration', {
    ...{ workflowId, taskQueue: 'ace' },
    args: [{ run: 'original', ...asked }],
  }) as Promise<Result>;

const verify = (iteration: number, workflowId = `verify-${iteration}`): Promise<Verification> =>
  replay(workflowId, { iteration, mode: 'verify' });

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

  it('by one group alone names what was tampered with in that group, and not in another', async () => {
    const before = await system.digest('original');
    const one = ['--iteration', '3', '--mode', 'verify', '--group', '0', '--json'];
    const [other, tampered] = await Promise.all([
      ace(system.home, 'replay', 'original', ...one),
      replay<Verification>('verify-group', { iteration: 3, mode: 'verify', group: 1 }),
    ]);
    const counts = { original: 4, again: 4, differing: 0, first: null };
    expect(JSON.parse(other)).toMatchObject({
      ...{ differences: 0, leftOut: expect.stringContaining('one group alone') as string },
      tables: [
        { what: 'results', ...counts },
        { what: 'grades', ...counts },
        { what: 'losses', original: 0, again: 0 },
      ],
    });
    expect(tampered.tables).toMatchObject([
      { what: 'results', ...counts },
      { what: 'grades', ...counts, differing: 1, first: expect.anything() as string },
      { what: 'losses', original: 0, again: 0 },
    ]);
    expect(tampered.tables[1]?.first).toMatch(/^track train, iteration 3, slot 1, sample 2: /);
    expect(await system.digest('original')).toEqual(before);
    expect(await scratchRuns()).toBe(0);
    const ended = system.client.workflow.getHandle('original/verify/3/group/0').describe();
    expect((await ended).status.name).toBe('COMPLETED');
  }, 90_000);

  it('has no group that is open, and none beyond its last', async () => {
    const asked = { iteration: 2, mode: 'retry' };
    expect(await replay('retry-closed', { ...asked, group: 1 })).toEqual({
      ...{ mode: 'retry', run: 'original', group: 1, open: 0, became: {} },
    });
    const refused = await replay('retry-none', { ...asked, group: 2 }).catch(
      (error: Error) => error.cause,
    );
    expect(rootCause(refused)).toBe('group: expected 0 to 1, the groups of iteration 2, got 2');
  }, 30_000);

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
