import { type Phase, phasesOf } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptChange } from './accept-change.ts';
import { digestRun } from './digest.ts';
import { firstDifference } from './digest-text.ts';
import { ConfigMismatchError, ForkTooEarlyError, LimitsChangedError } from './errors.ts';
import { claimExecution } from './executions.ts';
import { openAttempts } from './grades.ts';
import { readResult } from './results.ts';
import type { Forking } from './run-opening.ts';
import { readRun } from './runs.ts';
import { namedCheckpoints, readVersion } from './versions.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { badLuck, openTestRun, playedConfig, playRun } from './testing/play-run.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await playRun(test.db, 'parent', badLuck);
});
afterAll(() => test?.drop());

const phases = phasesOf(playedConfig);

/** The first phases, up to this one and an evaluation right after it. */
function through(kind: Phase['kind'], index: number): Phase[] {
  const last = phases.findIndex((phase) => phase.kind === kind && phase.index === index);
  return phases.slice(0, phases[last + 1]?.kind === 'evaluate' ? last + 2 : last + 1);
}
/** The one change of limits that every played run has. */
const played = {
  number: 1,
  fromIteration: 2,
  groups: null,
  iterations: null,
  learningRate: 0.0042,
};

const forkAt = (iteration: number, run = 'parent'): Forking => ({
  ...{ run, iteration },
  past: iteration === 0 ? through('initialise', 0) : through('learn', iteration),
  changes: [played],
});
const open = (run: string, fork: Forking) => openTestRun(test.db, run, playedConfig, fork);

describe('a fork', () => {
  it.each([0, 1, 2, 3])('at iteration %d ends with the digest of its parent', async (iteration) => {
    const run = `fork-${iteration}`;
    const { cursor, fork } = await open(run, forkAt(iteration));
    expect(cursor).toBe(forkAt(iteration).past.length);
    expect(fork).toEqual({ run: 'parent', iteration });
    await playRun(test.db, run);
    const [made, expected] = await Promise.all([
      digestRun(test.db, run),
      digestRun(test.db, 'parent'),
    ]);
    expect(firstDifference(expected, made)).toBeNull();
    expect(made.total).toBe(expected.total);
  });

  it('shares checkpoints: both name the same', async () => {
    await open('sharing', forkAt(2));
    const [mine, theirs] = await Promise.all(
      ['sharing', 'parent'].map((run) => readVersion(test.db, run, 2)),
    );
    expect(mine?.statePath).toBe(theirs?.statePath);
    expect(await namedCheckpoints(test.db)).toContain(mine?.statePath);
    expect(await readVersion(test.db, 'sharing', 3)).toBeNull();
  });

  it('does anew what the parent had under way', async () => {
    await playRun(test.db, 'busy');
    const attempt = { run: 'busy', track: 'train', iteration: 2, slot: 1, sample: 0 } as const;
    const its = `(run, track, iteration, slot, sample) = ('busy', 'train', 2, 1, 0)`;
    for (const table of ['grades', 'results']) {
      await test.db.pool.query(`DELETE FROM ${table} WHERE ${its}`);
    }
    await test.db.pool.query(
      `UPDATE executions SET ended_at = NULL, outcome = NULL WHERE ${its} AND outcome = 'finished'`,
    );
    await open('fork of busy', forkAt(1, 'busy'));
    const mine = { ...attempt, run: 'fork of busy' };
    expect(await openAttempts(test.db, mine)).toEqual([0]);
    expect(await readResult(test.db, mine)).toBeNull();
    expect(await claimExecution(test.db, mine, 'north')).toMatchObject({
      execution: 1,
      mine: true,
    });
  });

  it('takes over every change of limits, also those of iterations behind it', async () => {
    await openTestRun(test.db, 'changed', playedConfig);
    const asked = { run: 'changed', updateId: 'one', admitted: 0 };
    const change = { iterations: 4, groups: 3, fromIteration: 3 };
    await acceptChange(test.db, { ...asked, change }, () => undefined);
    await playRun(test.db, 'changed');
    const { changes } = (await readRun(test.db, 'changed'))!;
    const expected = await digestRun(test.db, 'changed');
    const run = 'fork of changed';
    await openTestRun(test.db, run, playedConfig, { ...forkAt(1, 'changed'), changes });
    expect((await readRun(test.db, run))!.changes).toEqual(changes);
    await playRun(test.db, run);
    expect(firstDifference(expected, await digestRun(test.db, run))).toBeNull();
    const groups = `SELECT FROM groups WHERE run = $1 AND track = 'train'`;
    expect((await test.db.pool.query(groups, [run])).rowCount).toBe(2 + 2 + 3 + 3);
  });

  it('is found again, not made again', async () => {
    await open('twice', forkAt(1));
    const before = await digestRun(test.db, 'twice');
    await open('twice', forkAt(1));
    await openTestRun(test.db, 'twice', playedConfig);
    expect(await digestRun(test.db, 'twice')).toEqual(before);
  });

  it('made by two at once is made once', async () => {
    const both = await Promise.allSettled([open('raced', forkAt(2)), open('raced', forkAt(2))]);
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    await open('raced', forkAt(2));
    await playRun(test.db, 'raced');
    const expected = await digestRun(test.db, 'parent');
    expect((await digestRun(test.db, 'raced')).total).toBe(expected.total);
  });
});

describe('what cannot be forked', () => {
  it('a run that has not come so far: nothing is written', async () => {
    await openTestRun(test.db, 'young', playedConfig);
    await expect(open('early', forkAt(1, 'young'))).rejects.toThrow(ForkTooEarlyError);
    expect(await readRun(test.db, 'early')).toBeNull();
  });

  it('a run whose limits were changed since it was looked at: nothing is written', async () => {
    await expect(open('stale', { ...forkAt(1), changes: [] })).rejects.toThrow(LimitsChangedError);
    expect(await readRun(test.db, 'stale')).toBeNull();
  });

  it('into a run that began otherwise', async () => {
    await openTestRun(test.db, 'own', playedConfig);
    await expect(open('own', forkAt(1))).rejects.toThrow(ConfigMismatchError);
    await open('other', forkAt(1));
    await expect(open('other', forkAt(2))).rejects.toThrow(/forkOf\.iteration 1; this asks for 2/);
  });
});
