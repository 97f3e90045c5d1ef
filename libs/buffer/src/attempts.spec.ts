import { type AttemptAddress, attemptName } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCompletions, storeCompletions } from './completions.ts';
import { AttemptClosedError, MissingRowError, StaleExecutionError } from './errors.ts';
import {
  claimExecution,
  endExecution,
  isOwned,
  lostExecutions,
  openExecutions,
  stopExecutions,
  takeOverExecution,
} from './executions.ts';
import { openAttempts, readGrade, storeGrade, storeLoss } from './grades.ts';
import { readGroups, storePrompt } from './groups.ts';
import { readOutcomes } from './outcomes.ts';
import { forgetRequest, lastRequest, storeRequest } from './requests.ts';
import { readResult, storeResult } from './results.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { completionOf, gradeOf, resultOf } from './testing/play-run.ts';
import {
  act1,
  chosenGroup,
  rootGroup,
  storedAttempt,
  storedAttempts,
} from './testing/stored-group.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

describe('groups', () => {
  it('are read as they were chosen, with the prompt once it is stored', async () => {
    const group = await chosenGroup(test.db, 'chosen');
    expect(await readGroups(test.db, 'chosen', 'train', 1)).toEqual([rootGroup]);
    expect(await storePrompt(test.db, group, [5, 6])).toEqual([5, 6]);
    expect(await readGroups(test.db, 'chosen', 'train', 1)).toEqual([
      { ...rootGroup, prompt: [5, 6] },
    ]);
    expect(await readGroups(test.db, 'chosen', 'evaluation', 1)).toEqual([]);
  });

  it('that were not chosen have no prompt and no request', async () => {
    const group = { ...(await chosenGroup(test.db, 'missing')), slot: 7 };
    await expect(storePrompt(test.db, group, [1])).rejects.toThrow(MissingRowError);
    const request = storeRequest(test.db, group, { requestId: 'r', seed: 1 });
    await expect(request).rejects.toThrow('group train.1.7 of run "missing"');
  });
});

describe('requests', () => {
  it('are numbered, and the newest that stands is the one to poll', async () => {
    const group = await chosenGroup(test.db, 'asked');
    expect(await lastRequest(test.db, group)).toBeNull();
    await storeRequest(test.db, group, { requestId: 'a', seed: 1 });
    await storeRequest(test.db, group, { requestId: 'b', seed: 1 });
    expect(await lastRequest(test.db, group)).toEqual({ requestId: 'b', tries: 2 });
    await forgetRequest(test.db, group, 'b', 'restarted');
    expect(await lastRequest(test.db, group)).toEqual({ requestId: 'a', tries: 2 });
    await forgetRequest(test.db, group, 'a', 'restarted');
    expect(await lastRequest(test.db, group)).toBeNull();
  });

  it('may get a forgotten name again: a restarted engine counts from one', async () => {
    const group = await chosenGroup(test.db, 'asked again');
    await storeRequest(test.db, group, { requestId: '1', seed: 1 });
    await forgetRequest(test.db, group, '1', 'restarted');
    await storeRequest(test.db, group, { requestId: '1', seed: 1 });
    expect(await lastRequest(test.db, group)).toEqual({ requestId: '1', tries: 2 });
  });
});

describe('completions', () => {
  it('come back exactly', async () => {
    const group = await chosenGroup(test.db, 'exact');
    const rows = [0, 1].map((sample) => completionOf({ ...group, sample }));
    await storeCompletions(test.db, group, act1, [...rows].reverse());
    expect(await readCompletions(test.db, group)).toEqual(rows);
  });

  it('need one log-probability a token, and store none of the group without', async () => {
    const group = await chosenGroup(test.db, 'uneven');
    const rows = [0, 1].map((sample) => completionOf({ ...group, sample }));
    const uneven = [rows[0]!, { ...rows[1]!, logprobs: [-0.5] }];
    await expect(storeCompletions(test.db, group, act1, uneven)).rejects.toThrow(/check/);
    expect(await readCompletions(test.db, group)).toEqual([]);
  });
});

describe('executions', () => {
  it('are claimed by one host, which others are told', async () => {
    const attempt = await storedAttempt(test.db, 'claimed');
    expect(await claimExecution(test.db, attempt, 'a')).toEqual({
      ...{ execution: 1, host: 'a', mine: true, losses: 0 },
    });
    expect(await claimExecution(test.db, attempt, 'b')).toEqual({
      ...{ execution: 1, host: 'a', mine: false, losses: 0 },
    });
  });

  it('go on with the next number when the last was lost', async () => {
    const attempt = await storedAttempt(test.db, 'counted');
    await claimExecution(test.db, attempt, 'a');
    await endExecution(test.db, attempt, 1, 'lost', 'killed');
    expect(await claimExecution(test.db, attempt, 'b')).toMatchObject({ execution: 2, mine: true });
  });

  it('go on with the next number when the last was stopped, which is no loss', async () => {
    const attempt = await storedAttempt(test.db, 'stopped');
    await claimExecution(test.db, attempt, 'a');
    await endExecution(test.db, attempt, 1, 'lost', 'killed');
    await claimExecution(test.db, attempt, 'a');
    await stopExecutions(test.db, 'stopped', 'the run was stopped');
    await expect(storeResult(test.db, attempt, 2, resultOf(attempt))).rejects.toThrow(/given up/);
    expect(await claimExecution(test.db, attempt, 'b')).toEqual({
      ...{ execution: 3, host: 'b', mine: true, losses: 1 },
    });
    expect(await lostExecutions(test.db, attempt)).toBe(0);
  });

  it('are taken over from a silent host, once, and not from another or oneself', async () => {
    const attempt = await storedAttempt(test.db, 'silent');
    await claimExecution(test.db, attempt, 'a');
    expect(await takeOverExecution(test.db, attempt, 'x', 'b')).toMatchObject({ host: 'a' });
    expect(await takeOverExecution(test.db, attempt, 'a', 'a')).toMatchObject({ execution: 1 });
    const taken = { execution: 2, host: 'b', losses: 1 };
    expect(await takeOverExecution(test.db, attempt, 'a', 'b')).toEqual({ ...taken, mine: true });
    expect(await takeOverExecution(test.db, attempt, 'a', 'c')).toEqual({ ...taken, mine: false });
  });

  it('count as lost in a row up to the last that ended', async () => {
    const attempt = await storedAttempt(test.db, 'in a row');
    const outcomes = ['lost', 'host lost', 'lost', 'lost'] as const;
    const counts = [];
    for (const outcome of outcomes) {
      const { execution } = await claimExecution(test.db, attempt, 'a');
      await endExecution(test.db, attempt, execution, outcome, 'why');
      counts.push(await lostExecutions(test.db, attempt));
    }
    await claimExecution(test.db, attempt, 'a');
    expect([...counts, await lostExecutions(test.db, attempt)]).toEqual([1, 0, 1, 2, 2]);
  });

  it('own their sandbox while they are under way', async () => {
    const attempt = await storedAttempt(test.db, 'owned');
    const sandbox = { run: 'owned', attempt: attemptName(attempt), execution: 1 };
    expect(await isOwned(test.db, sandbox)).toBe(false);
    await claimExecution(test.db, attempt, 'a');
    expect(await isOwned(test.db, sandbox)).toBe(true);
    expect(await isOwned(test.db, { ...sandbox, execution: 2 })).toBe(false);
    expect(await isOwned(test.db, { ...sandbox, run: 'another' })).toBe(false);
    expect(await isOwned(test.db, { ...sandbox, attempt: 'something else' })).toBe(false);
    await storeResult(test.db, attempt, 1, resultOf(attempt));
    expect(await isOwned(test.db, sandbox)).toBe(false);
  });

  it('are listed by host while they are under way', async () => {
    const [first, second] = await storedAttempts(test.db, 'listed');
    await claimExecution(test.db, second!, 'listing host');
    await claimExecution(test.db, first!, 'listing host');
    expect(await openExecutions(test.db, 'listing host')).toEqual(
      [first, second].map((attempt) => ({ attempt, execution: 1, host: 'listing host' })),
    );
    expect((await openExecutions(test.db)).length).toBeGreaterThan(2);
  });
});

describe('results', () => {
  it('come back exactly, and end their execution', async () => {
    const attempt = await storedAttempt(test.db, 'exact result');
    expect(await readResult(test.db, attempt)).toBeNull();
    await claimExecution(test.db, attempt, 'a');
    const result = resultOf(attempt);
    expect(await storeResult(test.db, attempt, 1, result)).toEqual(result);
    expect(await readResult(test.db, attempt)).toEqual(result);
    await expect(claimExecution(test.db, attempt, 'b')).rejects.toThrow(AttemptClosedError);
    const taken = takeOverExecution(test.db, attempt, 'a', 'b');
    await expect(taken).rejects.toThrow(AttemptClosedError);
  });

  const storeStale = async (attempt: AttemptAddress, execution: number): Promise<void> => {
    const stale = storeResult(test.db, attempt, execution, resultOf(attempt));
    await expect(stale).rejects.toThrow(StaleExecutionError);
  };

  it('of an older execution are refused, whether or not the newer one has its own', async () => {
    const attempt = await storedAttempt(test.db, 'stale');
    await claimExecution(test.db, attempt, 'a');
    await takeOverExecution(test.db, attempt, 'a', 'b');
    await storeStale(attempt, 1);
    await storeResult(test.db, attempt, 2, { ...resultOf(attempt), detail: 'by the newer' });
    await storeStale(attempt, 1);
    expect((await readResult(test.db, attempt))!.detail).toBe('by the newer');
  });

  it('of an execution that was given up, lost or never claimed are refused', async () => {
    const attempt = await storedAttempt(test.db, 'given up');
    await storeStale(attempt, 1);
    await claimExecution(test.db, attempt, 'a');
    await endExecution(test.db, attempt, 1, 'host lost', 'the sandbox vanished');
    await storeStale(attempt, 1);
    await claimExecution(test.db, attempt, 'a');
    await storeLoss(test.db, attempt, 'gave up');
    await storeStale(attempt, 2);
    expect(await readResult(test.db, attempt)).toBeNull();
  });

  it('of an attempt that there is not are refused by name', async () => {
    const attempt = { ...(await storedAttempt(test.db, 'few')), sample: 9 };
    const stored = storeResult(test.db, attempt, 1, resultOf(attempt));
    await expect(stored).rejects.toThrow('attempt train.1.0.9 of run "few" is not in the database');
  });

  it('may hold what a program printed, NUL and half a character too', async () => {
    const attempt = await storedAttempt(test.db, 'odd text');
    await claimExecution(test.db, attempt, 'a');
    const printed = { errorType: 'E\0', errorText: 'a\0b \ud800 ü', detail: '\0' };
    const stored = await storeResult(test.db, attempt, 1, { ...resultOf(attempt), ...printed });
    expect(stored).toMatchObject({ errorType: 'E\ufffd', errorText: 'a\ufffdb \ufffd ü' });
  });
});

describe('grades and losses', () => {
  it('close an attempt', async () => {
    const [first, second, third] = await storedAttempts(test.db, 'closed');
    expect(await openAttempts(test.db, first!)).toEqual([0, 1, 2]);
    expect(await storeGrade(test.db, second!, gradeOf(second!))).toEqual(gradeOf(second!));
    expect(await readGrade(test.db, second!)).toEqual(gradeOf(second!));
    expect(await readGrade(test.db, first!)).toBeNull();
    expect(await openAttempts(test.db, first!)).toEqual([0, 2]);
    await storeLoss(test.db, third!, 'no host took it');
    expect(await openAttempts(test.db, first!)).toEqual([0]);
  });

  it('exclude each other: a late grade of a lost attempt is refused, a graded one stays', async () => {
    const [first, second] = await storedAttempts(test.db, 'excluded');
    await storeLoss(test.db, first!, 'no host took it');
    const late = storeGrade(test.db, first!, gradeOf(first!));
    await expect(late).rejects.toThrow(AttemptClosedError);
    await expect(claimExecution(test.db, first!, 'a')).rejects.toThrow(AttemptClosedError);
    await storeGrade(test.db, second!, gradeOf(second!));
    await storeLoss(test.db, second!, 'no host took it');
    const outcomes = await readOutcomes(test.db, 'excluded', 'train', 1);
    expect(outcomes.map(({ lost, closed }) => ({ lost, closed }))).toEqual([
      { lost: true, closed: true },
      { lost: false, closed: true },
      { lost: false, closed: false },
    ]);
  });

  it('are read with everything else of the attempt, in address order', async () => {
    const attempts = await storedAttempts(test.db, 'all of it');
    for (const attempt of [...attempts].reverse()) {
      await claimExecution(test.db, attempt, 'a');
      await storeResult(test.db, attempt, 1, resultOf(attempt));
      await storeGrade(test.db, attempt, gradeOf(attempt));
    }
    const outcomes = await readOutcomes(test.db, 'all of it', 'train', 1);
    expect(outcomes).toEqual(
      attempts.map((attempt) => {
        const { verdict, errorType, errorText, validationScore } = resultOf(attempt);
        const { valid, score, referencePercentile, invalidReason } = gradeOf(attempt);
        return {
          ...{ slot: 0, ...completionOf(attempt), lost: false, closed: true },
          ...{ verdict, errorType, errorText, validationScore },
          ...{ valid, score, referencePercentile, invalidReason },
        };
      }),
    );
  });
});
