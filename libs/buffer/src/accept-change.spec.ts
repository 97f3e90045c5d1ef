import type { LimitChange, RunConfig } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptChange } from './accept-change.ts';
import { transaction } from './database.ts';
import { LimitsChangedError, OutOfTurnError, UnknownRunError } from './errors.ts';
import { storeGroups } from './groups.ts';
import { requireSameLimits } from './limit-changes.ts';
import { configAt, lockRun, readRun } from './runs.ts';
import { setRunStatus } from './run-status.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { openTestRun, playRun, playedConfig } from './testing/play-run.ts';
import { act1, chosenGroup, learn1, rootGroup, runAt } from './testing/stored-group.ts';
import { inPhase, phaseStanding } from './turns.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const fine = (): void => undefined;

const ask = (
  run: string,
  updateId: string,
  change: LimitChange,
  over: { admitted?: number } = {},
) => acceptChange(test.db, { run, updateId, admitted: 0, change, ...over }, fine);

const changesOf = async (run: string) => (await readRun(test.db, run))!.changes;

describe('a change of limits', () => {
  it('holds from its iteration on; what the run was opened with stays', async () => {
    const opened = await openTestRun(test.db, 'changed', playedConfig);
    const change = { groups: 5, iterations: 9, learningRate: 0.1 + 0.2, fromIteration: 3 };
    expect(await ask('changed', 'one', change)).toEqual(change);
    const record = (await readRun(test.db, 'changed'))!;
    expect(record.asked).toEqual(opened.config);
    expect(record.changes).toEqual([{ number: 1, ...change }]);
    expect(record.config).toMatchObject({ groups: 5, iterations: 9 });
    expect(record.config.update.learningRate).toBe(0.1 + 0.2);
    expect(configAt(record, 2)).toEqual(opened.config);
    expect(configAt(record, 3)).toEqual(record.config);
    expect(await phaseStanding(test.db, 'changed', { kind: 'act', index: 9 })).toBe('before');
    expect((await openTestRun(test.db, 'changed', playedConfig)).config).toEqual(record.config);
  });

  it('begins with the next iteration unless told', async () => {
    await openTestRun(test.db, 'soon', playedConfig);
    const held = await ask('soon', 'one', { groups: 1 }, { admitted: 1 });
    expect(held).toEqual({ fromIteration: 2, groups: 1, iterations: 3, learningRate: 0.006 });
  });

  it('asked for again, also by two at once, is there once', async () => {
    await openTestRun(test.db, 'twice', playedConfig);
    const again = () => ask('twice', 'one', { groups: 1 });
    const [first, second] = await Promise.all([again(), again()]);
    expect(second).toEqual(first);
    expect(await ask('twice', 'one', { groups: 1 }, { admitted: 3 })).toEqual(first);
    expect(await changesOf('twice')).toHaveLength(1);
    await ask('twice', 'two', { iterations: 4 });
    expect(await again()).toEqual({ ...first, iterations: 4 });
    expect((await changesOf('twice')).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('of two at once comes after the other', async () => {
    await openTestRun(test.db, 'both', playedConfig);
    await Promise.all([ask('both', 'one', { groups: 1 }), ask('both', 'two', { groups: 2 })]);
    expect((await changesOf('both')).map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('a change of limits that cannot be', () => {
  const refused = async (run: string, asked: () => Promise<unknown>, reason: RegExp) => {
    const before = await changesOf(run);
    await expect(asked()).rejects.toThrow(reason);
    expect(await changesOf(run)).toEqual(before);
  };

  it('is refused when its id asked for something else', async () => {
    await openTestRun(test.db, 'other', playedConfig);
    await ask('other', 'one', { groups: 1, fromIteration: 2 });
    const reason = /the update of the id "one" asked for something else before/;
    await refused('other', () => ask('other', 'one', { groups: 2, fromIteration: 2 }), reason);
    await refused('other', () => ask('other', 'one', { groups: 1, fromIteration: 3 }), reason);
  });

  it('is refused for an iteration that has acted, whatever the asker has begun', async () => {
    await runAt(test.db, 'acted', learn1);
    const late = () => ask('acted', 'one', { groups: 1, fromIteration: 1 });
    await refused('acted', late, /fromIteration: expected 2, not begun yet, got 1$/);
    const fewer = () => ask('acted', 'one', { iterations: 1 });
    await refused('acted', fewer, /iterations: expected more than 1, the newest iteration/);
    expect(await ask('acted', 'one', { groups: 1 })).toMatchObject({ fromIteration: 2 });
  });

  it('is refused for an iteration whose states are chosen', async () => {
    await chosenGroup(test.db, 'chosen');
    const late = () => ask('chosen', 'one', { groups: 1, fromIteration: 1 });
    await refused('chosen', late, /fromIteration: expected 2, not/);
  });

  it('is refused once every iteration was begun, and of a finished run', async () => {
    await openTestRun(test.db, 'over');
    const asked = () => ask('over', 'one', { iterations: 9 }, { admitted: 2 });
    await refused('over', asked, /every iteration was begun already \(2\)/);
    await setRunStatus(test.db, 'over', 'finished');
    await refused('over', asked, /the run is finished/);
  });

  it('is refused where the config cannot be so: it is checked as it would be', async () => {
    await openTestRun(test.db, 'checked', playedConfig);
    const seen: RunConfig[] = [];
    const check = (config: RunConfig): void => {
      seen.push(config);
      throw new Error('no');
    };
    const asked = { run: 'checked', updateId: 'one', admitted: 0, change: { groups: 7 } };
    await refused('checked', () => acceptChange(test.db, asked, check), /^no$/);
    expect(seen).toEqual([{ ...playedConfig, groups: 7 }]);
  });

  it('names a run that there is not', async () => {
    await expect(ask('nowhere', 'one', { groups: 1 })).rejects.toThrow(UnknownRunError);
  });
});

describe('a change of limits and the iteration from which it holds', () => {
  it('that is sampling: the change waits, and comes too late', async () => {
    await runAt(test.db, 'sampling', act1);
    let asked: Promise<unknown> = Promise.resolve();
    await inPhase(test.db, 'sampling', act1, async (tx) => {
      asked = ask('sampling', 'one', { groups: 1, fromIteration: 1 }).catch(
        (e: Error) => e.message,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      await storeGroups(tx, 'sampling', 'train', 1, [rootGroup]);
    });
    expect(await asked).toMatch(/fromIteration: expected 2, not/);
  });

  it('that was sampled by what held before: it is to be sampled anew', async () => {
    await runAt(test.db, 'resampled', act1);
    const store = (known: Awaited<ReturnType<typeof changesOf>>) =>
      inPhase(test.db, 'resampled', act1, async (tx) => {
        await requireSameLimits(tx, 'resampled', 1, known);
        await storeGroups(tx, 'resampled', 'train', 1, [rootGroup]);
      });
    await ask('resampled', 'for later', { groups: 2, fromIteration: 2 });
    const known = await changesOf('resampled');
    await ask('resampled', 'for now', { groups: 1 });
    await expect(store(known)).rejects.toThrow(LimitsChangedError);
    const { rowCount } = await test.db.pool.query(`SELECT FROM groups WHERE run = 'resampled'`);
    expect(rowCount).toBe(0);
    await store(await changesOf('resampled'));
  });

  it('that waited for its turn meanwhile: it knows of the change', async () => {
    await openTestRun(test.db, 'waited');
    let waited: Promise<unknown> = Promise.resolve();
    await transaction(test.db, async (tx) => {
      await lockRun(tx, 'waited');
      waited = inPhase(test.db, 'waited', { kind: 'act', index: 4 }, () => Promise.resolve());
      waited.catch(fine);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await tx.query(
        `INSERT INTO limit_changes (run, number, update_id, from_iteration, iterations)
         VALUES ('waited', 1, 'one', 1, 4)`,
      );
    });
    await expect(waited).rejects.toThrow(OutOfTurnError);
  });
});

it('a run that is lengthened and shortened goes on to its end', async () => {
  await openTestRun(test.db, 'both ways', playedConfig);
  await ask('both ways', 'one', { iterations: 6 });
  await ask('both ways', 'two', { iterations: 2 });
  await playRun(test.db, 'both ways');
  const { rows } = await test.db.pool.query<{ versions: number }>(
    `SELECT max(version) AS versions FROM versions WHERE run = 'both ways'`,
  );
  expect(rows[0]!.versions).toBe(2);
});
