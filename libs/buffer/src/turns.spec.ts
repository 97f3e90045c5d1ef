import type pg from 'pg';
import { phasesOf } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutOfTurnError, UnknownPhaseError, UnknownRunError } from './errors.ts';
import { storeCompletions } from './completions.ts';
import { storeEvolution } from './evolution.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { contentsOf } from './testing/contents.ts';
import { emptyEvolution } from './testing/empty-evolution.ts';
import { completionOf, openTestRun } from './testing/play-run.ts';
import { act1, chosenGroup, learn1, runAt, standAt } from './testing/stored-group.ts';
import { testConfig } from './testing/test-config.ts';
import { inPhase, phaseStanding } from './turns.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const nothing = (): Promise<void> => Promise.resolve();

describe('inPhase', () => {
  it('lets each phase write in its turn, and only then', async () => {
    await openTestRun(test.db, 'in order');
    for (const phase of phasesOf(testConfig)) {
      expect(await phaseStanding(test.db, 'in order', phase)).toBe('now');
      expect(await inPhase(test.db, 'in order', phase, () => Promise.resolve('a'))).toEqual({
        ...{ done: false, value: 'a' },
      });
      await inPhase(test.db, 'in order', phase, nothing, { last: true });
      expect(await phaseStanding(test.db, 'in order', phase)).toBe('past');
      const again = inPhase(test.db, 'in order', phase, () => Promise.reject(new Error('called')));
      expect(await again).toEqual({ done: true });
    }
  });

  it('refuses a phase whose turn has not come, without calling it', async () => {
    await runAt(test.db, 'early', act1);
    const early = inPhase(test.db, 'early', learn1, () => Promise.reject(new Error('called')));
    await expect(early).rejects.toThrow(OutOfTurnError);
    await expect(early).rejects.toThrow('run "early" stands at act(1): learn(1) may not write yet');
    expect(await phaseStanding(test.db, 'early', learn1)).toBe('before');
  });

  it('refuses completions out of turn, and ignores them when the phase is past', async () => {
    const group = await chosenGroup(test.db, 'late');
    const store = () =>
      storeCompletions(test.db, group, act1, [completionOf({ ...group, sample: 0 })]);
    await standAt(test.db, 'late', { kind: 'evaluate', index: 0 });
    await expect(store()).rejects.toThrow(OutOfTurnError);
    await standAt(test.db, 'late', learn1);
    const before = await contentsOf(test.db);
    await store();
    expect(await contentsOf(test.db)).toEqual(before);
  });

  it('names a run and a phase that there are not', async () => {
    await openTestRun(test.db, 'short');
    const act9 = { kind: 'act', index: 9 } as const;
    await expect(inPhase(test.db, 'none', act1, nothing)).rejects.toThrow(UnknownRunError);
    await expect(inPhase(test.db, 'short', act9, nothing)).rejects.toThrow(UnknownPhaseError);
  });

  it('keeps two writers of a run apart, and lets other runs write', async () => {
    await runAt(test.db, 'one', act1);
    await runAt(test.db, 'other', act1);
    const steps: string[] = [];
    let second: Promise<unknown> = nothing();
    await inPhase(test.db, 'one', act1, async () => {
      second = inPhase(test.db, 'one', act1, () => Promise.resolve(steps.push('second')));
      await inPhase(test.db, 'other', act1, () => Promise.resolve(steps.push('other run')));
      await new Promise((resolve) => setTimeout(resolve, 50));
      steps.push('first');
    });
    await second;
    expect(steps).toEqual(['other run', 'first', 'second']);
  });
});

describe('a transaction in which a statement failed', () => {
  it('is an error even when its body says nothing of it', async () => {
    await runAt(test.db, 'hushed', act1);
    const hushed = inPhase(test.db, 'hushed', act1, async (tx) => {
      await tx.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(hushed).rejects.toThrow('the transaction failed and was rolled back');
  });
});

describe('a transaction that dies in the middle', () => {
  const evolution = {
    ...emptyEvolution,
    rewards: [
      { slot: 0, sample: 0, reward: 1, advantage: 0.5, used: true, reason: 'valid' as const },
    ],
    evicted: [],
  };

  /** Stores an evolution, then does `harm`. */
  const evolveAnd = (run: string, harm: (tx: pg.PoolClient) => Promise<unknown>) =>
    inPhase(
      test.db,
      run,
      learn1,
      async (tx) => {
        await storeEvolution(tx, run, 1, evolution);
        await harm(tx);
      },
      { last: true },
    );

  async function killBackendOf(tx: pg.PoolClient): Promise<void> {
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await test.db.pool.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]!.pid]);
  }

  it.each([
    ['its connection is killed before the next statement', killBackendOf],
    [
      'its connection is killed during a statement',
      async (tx: pg.PoolClient) => {
        const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        const sleeping = tx.query('SELECT pg_sleep(60)');
        await Promise.all([
          sleeping,
          test.db.pool.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]!.pid]),
        ]);
      },
    ],
    ['the body throws', () => Promise.reject(new Error('no'))],
    ['a statement fails', (tx: pg.PoolClient) => tx.query('SELECT 1 / 0')],
  ])('leaves nothing when %s, and can be done again', async (title, harm) => {
    await runAt(test.db, title, learn1);
    const before = await contentsOf(test.db);
    await expect(evolveAnd(title, harm)).rejects.toThrow();
    expect(await contentsOf(test.db)).toEqual(before);
    await evolveAnd(title, nothing);
    expect(await phaseStanding(test.db, title, learn1)).toBe('past');
  });
});
