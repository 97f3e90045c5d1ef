import type { Phase } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeGrade, storeLoss } from './grades.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { gradeOf } from './testing/play-run.ts';
import { act1, learn1, runAt, standAt, storedAttempts } from './testing/stored-group.ts';
import { inPhase, turnChannel } from './turns.ts';
import { waitForTurn } from './wait-for-turn.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const seldom = 30_000;
const often = 20;
const finish: Phase = { kind: 'finish', index: 2 };

interface Wait {
  turn: Promise<'now' | 'past'>;
  isOver(): boolean;
  looks(): number;
  abort(reason: Error): void;
}

/** A wait that has had its first look, and listens. */
async function startWaiting(run: string, phase: Phase, pollMs: number): Promise<Wait> {
  const controller = new AbortController();
  const listeners = await countListeners();
  let looks = 0;
  let over = false;
  const turn = waitForTurn(test.db, run, phase, {
    ...{ pollMs, signal: controller.signal, onPoll: () => void looks++ },
  }).finally(() => (over = true));
  turn.catch(() => undefined);
  await until(async () => over || (await countListeners()) > listeners);
  await pause(50);
  const abort = (reason: Error): void => controller.abort(reason);
  return { turn, isOver: () => over, looks: () => looks, abort };
}

const listening = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND query = 'LISTEN ${turnChannel}'`;

async function countListeners(): Promise<number> {
  return (await test.db.pool.query(listening)).rowCount ?? 0;
}

const killListeners = () =>
  test.db.pool.query(`SELECT pg_terminate_backend(pid, 5000) FROM (${listening}) AS listeners`);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10);
}

const moveOn = (run: string) =>
  inPhase(test.db, run, act1, () => Promise.resolve(), { last: true });

describe('waitForTurn', () => {
  it('answers at once when the phase may write or is past', async () => {
    await runAt(test.db, 'at once', act1);
    const options = { pollMs: seldom, signal: new AbortController().signal };
    expect(await waitForTurn(test.db, 'at once', act1, options)).toBe('now');
    const initialise = { kind: 'initialise', index: 0 } as const;
    expect(await waitForTurn(test.db, 'at once', initialise, options)).toBe('past');
  });

  it('wakes by notification, long before the next poll', async () => {
    await runAt(test.db, 'woken', act1);
    const wait = await startWaiting('woken', learn1, seldom);
    expect(wait.isOver()).toBe(false);
    await moveOn('woken');
    const moved = performance.now();
    expect(await wait.turn).toBe('now');
    expect(performance.now() - moved).toBeLessThan(2_000);
    expect(wait.looks()).toBe(2);
  });

  it('is not woken by other runs', async () => {
    await runAt(test.db, 'mine', act1);
    await runAt(test.db, 'theirs', act1);
    const wait = await startWaiting('mine', learn1, seldom);
    await moveOn('theirs');
    await pause(50);
    expect(wait.looks()).toBe(1);
    await moveOn('mine');
    await wait.turn;
  });

  it('learn waits until every attempt of its iteration is graded or lost', async () => {
    const [first, second, third] = await storedAttempts(test.db, 'closing');
    await standAt(test.db, 'closing', learn1);
    const wait = await startWaiting('closing', learn1, seldom);
    await storeGrade(test.db, first!, gradeOf(first!));
    await storeLoss(test.db, second!, 'no host took it');
    await until(() => Promise.resolve(wait.looks() > 1));
    await pause(50);
    expect(wait.isOver()).toBe(false);
    await storeGrade(test.db, third!, gradeOf(third!));
    expect(await wait.turn).toBe('now');
  });

  it('finish waits for the attempts of every group', async () => {
    const attempts = await storedAttempts(test.db, 'finishing');
    await standAt(test.db, 'finishing', finish);
    const wait = await startWaiting('finishing', finish, seldom);
    for (const attempt of attempts) {
      expect(wait.isOver()).toBe(false);
      await storeGrade(test.db, attempt, gradeOf(attempt));
    }
    expect(await wait.turn).toBe('now');
  });

  it('polls when no notification comes', async () => {
    await runAt(test.db, 'polled', act1);
    const wait = await startWaiting('polled', learn1, often);
    await standAt(test.db, 'polled', learn1);
    expect(await wait.turn).toBe('now');
    expect(wait.looks()).toBeGreaterThan(1);
  });

  it('outlives its connection: looks at once, connects again and is woken', async () => {
    await runAt(test.db, 'cut off', act1);
    const wait = await startWaiting('cut off', learn1, seldom);
    await killListeners();
    await until(async () => wait.looks() > 1 && (await countListeners()) === 1);
    await moveOn('cut off');
    expect(await wait.turn).toBe('now');
  });

  it('ends with the reason of an abort, and leaves no connection', async () => {
    await runAt(test.db, 'aborted', act1);
    const wait = await startWaiting('aborted', learn1, seldom);
    wait.abort(new Error('the worker shuts down'));
    await expect(wait.turn).rejects.toThrow('the worker shuts down');
    await until(async () => (await countListeners()) === 0);
  });
});
