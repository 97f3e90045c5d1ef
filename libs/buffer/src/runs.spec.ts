import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '@ace/config';
import { ConfigMismatchError, UnknownRunError } from './errors.ts';
import { openRun } from './run-opening.ts';
import { setRunStatus, showRunStatus } from './run-status.ts';
import { listRuns, readRun } from './runs.ts';
import { bufferAsOf } from './states.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { openTestRun } from './testing/play-run.ts';
import { testConfig } from './testing/test-config.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const failure = { iteration: 2, step: 'update', reason: 'no engine', remedy: 'start it' };

describe('openRun', () => {
  it('writes the run and its roots', async () => {
    const record = await openTestRun(test.db, 'new');
    expect(record).toMatchObject({
      ...{ run: 'new', config: testConfig, cursor: 0, epoch: 0, status: 'running' },
      ...{ failure: null, finishedAt: null },
    });
    expect(await readRun(test.db, 'new')).toEqual(record);
    const { states, priors } = await bufferAsOf(test.db, 'new', 0);
    expect(states.map(({ address }) => address)).toEqual(['root:ames', 'root:titanic']);
    expect(states[0]).toEqual({
      ...{ address: 'root:ames', competition: 'ames', kind: 'draft', depth: 0, bornIteration: 0 },
      ...{ parentAddress: null, visits: 0, mean: null, variance: null, successRate: null },
      ...{ lastVisitedIteration: null, childrenVariance: null },
    });
    expect(priors).toEqual([]);
  });

  const closed = ['paused', 'blocked', 'stopping', 'stopped', 'failed', 'cancelled'] as const;
  it.each(closed)('takes up a %s run', async (status) => {
    await openTestRun(test.db, `was ${status}`);
    await setRunStatus(test.db, `was ${status}`, status, failure);
    expect(await readRun(test.db, `was ${status}`)).toMatchObject({ status, failure });
    expect(await openTestRun(test.db, `was ${status}`)).toMatchObject({
      ...{ status: 'running', failure: null },
    });
  });

  it('leaves a finished run finished, whoever reports later', async () => {
    await openTestRun(test.db, 'over');
    await setRunStatus(test.db, 'over', 'finished');
    const finished = await readRun(test.db, 'over');
    expect(finished!.finishedAt).toBeInstanceOf(Date);
    await setRunStatus(test.db, 'over', 'blocked', failure);
    await showRunStatus(test.db, 'over', 'stopped');
    expect(await openTestRun(test.db, 'over')).toEqual(finished);
  });

  it('keeps what it was blocked by while it stops', async () => {
    await openTestRun(test.db, 'halted');
    await setRunStatus(test.db, 'halted', 'blocked', failure);
    await showRunStatus(test.db, 'halted', 'stopped');
    expect(await readRun(test.db, 'halted')).toMatchObject({ status: 'stopped', failure });
  });
});

describe('openRun with another config', () => {
  const other = (change: Partial<RunConfig>, fingerprints?: Record<string, string>) =>
    openRun(test.db, {
      run: 'taken',
      config: { ...testConfig, ...change },
      fingerprints: fingerprints ?? { ames: 'data of ames', titanic: 'data of titanic' },
      roots: [],
    });

  beforeAll(() => openTestRun(test.db, 'taken'));

  it.each([
    [{ seed: 7 }, 'seed', 1, 7],
    [{ sampler: { ...testConfig.sampler, kind: 'uniform' } }, 'sampler.kind', 'lp', 'uniform'],
    [
      { competitions: { train: ['ames'], heldOut: ['loans'] } },
      'competitions.train.1',
      'titanic',
      undefined,
    ],
    [
      { engine: { kind: 'tinker', url: 'http://x', baseModel: 'm' } },
      'engine.baseModel',
      undefined,
      'm',
    ],
  ] as const)('refuses %j and names %s', async (change, field, stored, given) => {
    const error = await other(change as Partial<RunConfig>).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigMismatchError);
    expect(error).toMatchObject({ run: 'taken', field, stored, given });
    expect((error as Error).message).toContain(field);
  });

  it('says both values', async () => {
    await expect(other({ seed: 7 })).rejects.toThrow(
      'run "taken" was started with seed 1; this asks for 7',
    );
  });

  it('names the competition whose data are others', async () => {
    await expect(other({}, { ames: 'data of ames', titanic: 'other data' })).rejects.toMatchObject({
      ...{ field: 'fingerprints.titanic', stored: 'data of titanic', given: 'other data' },
    });
  });

  it('takes the same config with its keys in another order', async () => {
    const reversed = Object.fromEntries(Object.entries(testConfig).reverse()) as RunConfig;
    expect((await other(reversed)).config).toEqual(testConfig);
  });
});

describe('the list of runs', () => {
  it('has the newest first', async () => {
    for (const run of ['first', 'second', 'third']) await openTestRun(test.db, run);
    const runs = (await listRuns(test.db)).map(({ run }) => run);
    expect(runs.slice(0, 3)).toEqual(['third', 'second', 'first']);
  });
});

describe('a run that there is not', () => {
  it('is null, or an error that names it', async () => {
    expect(await readRun(test.db, 'nowhere')).toBeNull();
    await expect(setRunStatus(test.db, 'nowhere', 'running')).rejects.toThrow(UnknownRunError);
    await expect(showRunStatus(test.db, 'nowhere', 'paused')).rejects.toThrow(UnknownRunError);
  });
});
