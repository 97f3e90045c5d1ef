import { phasesOf } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimEpoch, currentEpoch } from './epochs.ts';
import { EpochLostError, NotDeterministicError, OutOfTurnError } from './errors.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { contentsOf } from './testing/contents.ts';
import { openTestRun } from './testing/play-run.ts';
import { learn1, runAt } from './testing/stored-group.ts';
import { testConfig } from './testing/test-config.ts';
import { phaseStanding } from './turns.ts';
import {
  latestVersion,
  namedCheckpoints,
  type Publication,
  publishVersion,
  readVersion,
} from './versions.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const initialise = phasesOf(testConfig)[0]!;

const publication = (epoch: number, change: Partial<Publication> = {}): Publication => ({
  ...{ version: 0, epoch, sha256: 'abc', statePath: `state ${epoch}`, steps: [] },
  samplerPath: `sampler ${epoch}`,
  ...change,
});

describe('epochs', () => {
  it('are claimed by compare-and-set', async () => {
    await openTestRun(test.db, 'epochs');
    expect(await currentEpoch(test.db, 'epochs')).toBe(0);
    expect(await claimEpoch(test.db, 'epochs', 0, 'host')).toBe(1);
    await expect(claimEpoch(test.db, 'epochs', 0, 'host')).rejects.toThrow(EpochLostError);
    expect(await claimEpoch(test.db, 'epochs', 1, 'host')).toBe(2);
    expect(await currentEpoch(test.db, 'epochs')).toBe(2);
  });

  it('that were superseded have a row that says by whom; the newest is open', async () => {
    await openTestRun(test.db, 'followed');
    await claimEpoch(test.db, 'followed', 0, 'north');
    await claimEpoch(test.db, 'followed', 1, 'south');
    const { rows } = await test.db.pool.query(
      `SELECT epoch, host, why, ended_at IS NULL AS open FROM epochs WHERE run = 'followed' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { epoch: 1, host: 'north', why: 'superseded by epoch 2 of south', open: false },
      { epoch: 2, host: 'south', why: null, open: true },
    ]);
  });

  it('that are over publish nothing', async () => {
    await openTestRun(test.db, 'over');
    await claimEpoch(test.db, 'over', 0, 'host');
    await claimEpoch(test.db, 'over', 1, 'host');
    const before = await contentsOf(test.db);
    const late = publishVersion(test.db, 'over', initialise, publication(1));
    await expect(late).rejects.toThrow('run "over" is at epoch 2: epoch 1 is over');
    expect(await contentsOf(test.db)).toEqual(before);
    await publishVersion(test.db, 'over', initialise, publication(2));
    expect(await latestVersion(test.db, 'over')).toMatchObject({ epoch: 2 });
  });
});

describe('publishVersion', () => {
  it('stores the version with its metrics and moves the cursor on', async () => {
    await openTestRun(test.db, 'published');
    expect(await latestVersion(test.db, 'published')).toBeNull();
    await claimEpoch(test.db, 'published', 0, 'host');
    const steps = [
      { epoch: 0, minibatch: 0, metrics: { loss: 1 / 3, kl: Number.NaN } },
      { epoch: 0, minibatch: 1, metrics: { loss: -Infinity } },
      { epoch: 1, minibatch: 0, metrics: {} },
    ];
    const stored = await publishVersion(
      test.db,
      'published',
      initialise,
      publication(1, { steps }),
    );
    const version = {
      version: 0,
      epoch: 1,
      sha256: 'abc',
      statePath: 'state 1',
      samplerPath: 'sampler 1',
    };
    expect(stored).toEqual(version);
    expect(await readVersion(test.db, 'published', 0)).toEqual(version);
    expect(await readVersion(test.db, 'published', 1)).toBeNull();
    expect(await phaseStanding(test.db, 'published', initialise)).toBe('past');
    const { rows } = await test.db.pool.query(
      `SELECT pass, minibatch, name, value FROM update_metrics WHERE run = 'published'
       ORDER BY pass, minibatch, name`,
    );
    expect(rows).toEqual([
      { pass: 0, minibatch: 0, name: 'kl', value: Number.NaN },
      { pass: 0, minibatch: 0, name: 'loss', value: 1 / 3 },
      { pass: 0, minibatch: 1, name: 'loss', value: -Infinity },
    ]);
  });

  it('keeps the first of two publications, and notices when the second has other bytes', async () => {
    await openTestRun(test.db, 'twice');
    await claimEpoch(test.db, 'twice', 0, 'host');
    await publishVersion(test.db, 'twice', initialise, publication(1));
    await claimEpoch(test.db, 'twice', 1, 'host');
    const again = await publishVersion(test.db, 'twice', initialise, publication(2));
    expect(again.epoch).toBe(1);
    const other = publishVersion(test.db, 'twice', initialise, publication(2, { sha256: 'xyz' }));
    await expect(other).rejects.toThrow(NotDeterministicError);
    await expect(other).rejects.toThrow(/version 0 is abc, and a second update made xyz/);
    expect(await readVersion(test.db, 'twice', 0)).toMatchObject({ sha256: 'abc', epoch: 1 });
  });

  it('two at once: one stores, both read it', async () => {
    await openTestRun(test.db, 'raced');
    await claimEpoch(test.db, 'raced', 0, 'host');
    const publish = (n: number) =>
      publishVersion(test.db, 'raced', initialise, publication(1, { statePath: `by ${n}` }));
    const [first, second] = await Promise.all([publish(1), publish(2)]);
    expect(second).toEqual(first);
  });

  it('is refused out of turn', async () => {
    await openTestRun(test.db, 'early');
    await claimEpoch(test.db, 'early', 0, 'host');
    const early = publishVersion(test.db, 'early', learn1, publication(1, { version: 1 }));
    await expect(early).rejects.toThrow(OutOfTurnError);
  });
});

describe('namedCheckpoints', () => {
  it('names the paths of every version of every run', async () => {
    for (const run of ['named', 'named too']) {
      await runAt(test.db, run, learn1);
      await claimEpoch(test.db, run, 0, 'host');
      const paths = { statePath: `${run}/state`, samplerPath: `${run}/sampler` };
      await publishVersion(test.db, run, learn1, publication(1, { version: 1, ...paths }));
    }
    const named = await namedCheckpoints(test.db);
    const paths = ['named/state', 'named/sampler', 'named too/state', 'named too/sampler'];
    expect(paths.filter((path) => !named.has(path))).toEqual([]);
  });
});
