import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimEpoch,
  claimExecution,
  endExecution,
  forgetRequest,
  inPhase,
  openRun,
  publishVersion,
  readBatch,
  readCompletions,
  setRunStatus,
  showRunStatus,
  stopExecutions,
  storeCompletions,
  storeEvolution,
  storeGrade,
  storeGroups,
  storeLoss,
  storePrompt,
  storeRequest,
  storeResult,
  takeOverExecution,
} from './index.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { contentsOf } from './testing/contents.ts';
import { completionOf, gradeOf, openTestRun, resultOf } from './testing/play-run.ts';
import { emptyEvolution } from './testing/empty-evolution.ts';
import {
  act1,
  chosenGroup,
  learn1,
  rootGroup,
  runAt,
  storedAttempt,
} from './testing/stored-group.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

/** Calls twice; the second call must give what the first gave and leave every row as it was. */
async function expectSameTwice(call: () => Promise<unknown>): Promise<void> {
  const before = await contentsOf(test.db);
  const first = await call();
  const after = await contentsOf(test.db);
  expect(after).not.toEqual(before);
  expect(await call()).toEqual(first);
  expect(await contentsOf(test.db)).toEqual(after);
}

describe('called twice, the second call changes nothing', () => {
  it('openRun', () => expectSameTwice(() => openTestRun(test.db, 'opened')));

  it.each(['blocked', 'failed', 'cancelled', 'finished'] as const)(
    'setRunStatus %s',
    async (status) => {
      await openTestRun(test.db, status);
      const failure = { iteration: 1, step: 'grade', reason: 'it broke', remedy: 'mend it' };
      await expectSameTwice(() => setRunStatus(test.db, status, status, failure));
    },
  );

  it('showRunStatus', async () => {
    await openTestRun(test.db, 'shown');
    await expectSameTwice(() => showRunStatus(test.db, 'shown', 'paused'));
  });

  it('stopExecutions', async () => {
    const attempt = await storedAttempt(test.db, 'stopped executions');
    await claimExecution(test.db, attempt, 'a');
    await expectSameTwice(() => stopExecutions(test.db, attempt.run, 'a test'));
  });

  it('inPhase that moves the cursor on', async () => {
    await runAt(test.db, 'moved', act1);
    let calls = 0;
    const body = () => Promise.resolve(++calls);
    const call = () => inPhase(test.db, 'moved', act1, body, { last: true });
    expect(await call()).toEqual({ done: false, value: 1 });
    const after = await contentsOf(test.db);
    expect(await call()).toEqual({ done: true });
    expect(await contentsOf(test.db)).toEqual(after);
    expect(calls).toBe(1);
  });

  it('storeGroups', async () => {
    await runAt(test.db, 'groups', act1);
    await expectSameTwice(() =>
      inPhase(test.db, 'groups', act1, (tx) => storeGroups(tx, 'groups', 'train', 1, [rootGroup])),
    );
  });

  it('storePrompt', async () => {
    const group = await chosenGroup(test.db, 'prompt');
    await expectSameTwice(() => storePrompt(test.db, group, [1, 2, 3]));
  });

  it('storeRequest and forgetRequest', async () => {
    const group = await chosenGroup(test.db, 'request');
    await expectSameTwice(() => storeRequest(test.db, group, { requestId: 'r', seed: 2 ** 48 }));
    await expectSameTwice(() => forgetRequest(test.db, group, 'r', 'restarted'));
  });

  it('storeCompletions', async () => {
    const group = await chosenGroup(test.db, 'completions');
    const rows = [completionOf({ ...group, sample: 0 })];
    await expectSameTwice(() => storeCompletions(test.db, group, act1, rows));
  });

  it('claimExecution, takeOverExecution, endExecution', async () => {
    const attempt = await storedAttempt(test.db, 'executions');
    await expectSameTwice(() => claimExecution(test.db, attempt, 'a'));
    await expectSameTwice(() => takeOverExecution(test.db, attempt, 'a', 'b'));
    await expectSameTwice(() => endExecution(test.db, attempt, 2, 'lost', 'killed'));
  });

  it('storeResult and storeGrade', async () => {
    const attempt = await storedAttempt(test.db, 'graded');
    await claimExecution(test.db, attempt, 'a');
    await expectSameTwice(() => storeResult(test.db, attempt, 1, resultOf(attempt)));
    await expectSameTwice(() => storeGrade(test.db, attempt, gradeOf(attempt)));
  });

  it('storeLoss', async () => {
    const attempt = await storedAttempt(test.db, 'lost');
    await claimExecution(test.db, attempt, 'a');
    await expectSameTwice(() => storeLoss(test.db, attempt, 'no host took it'));
  });

  it('storeEvolution', async () => {
    await runAt(test.db, 'evolved', learn1);
    const evolution = {
      ...emptyEvolution,
      decisions: [{ subject: 'batch', decision: 'batch', reason: 'empty' } as const],
    };
    await expectSameTwice(() =>
      inPhase(test.db, 'evolved', learn1, (tx) => storeEvolution(tx, 'evolved', 1, evolution)),
    );
    expect(await readBatch(test.db, 'evolved', 1)).toEqual([]);
  });

  it('publishVersion', async () => {
    await openTestRun(test.db, 'published');
    const epoch = await claimEpoch(test.db, 'published', 0, 'host');
    const publication = {
      ...{ version: 0, epoch, sha256: 'abc', statePath: 'state', samplerPath: 'sampler' },
      steps: [{ epoch: 0, minibatch: 0, metrics: { loss: 0.5 } }],
    };
    const initialise = { kind: 'initialise', index: 0 } as const;
    await expectSameTwice(() => publishVersion(test.db, 'published', initialise, publication));
  });
});

describe('of two racing writers one wins and both read what it wrote', () => {
  const race = <T>(call: (writer: number) => Promise<T>): Promise<T[]> =>
    Promise.all([0, 1, 2, 3].map(call));

  /** All answers are one of those that were asked for, and the same. */
  const expectOneWinner = (answers: unknown[], asked: unknown[]): void => {
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(asked).toContainEqual(answers[0]);
  };

  it('openRun', async () => {
    const answers = await race(() => openTestRun(test.db, 'raced'));
    expect(new Set(answers.map(({ createdAt }) => createdAt.getTime())).size).toBe(1);
  });

  it('openRun with other configs: one opens, the others are refused', async () => {
    const { config } = await openTestRun(test.db, 'model for a race');
    const answers = await Promise.allSettled(
      [1, 2, 3].map((seed) =>
        openRun(test.db, {
          ...{ run: 'raced seeds', config: { ...config, seed: seed + 10 } },
          ...{ fingerprints: {}, roots: [] },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('storePrompt', async () => {
    const group = await chosenGroup(test.db, 'raced prompt');
    const answers = await race((writer) => storePrompt(test.db, group, [writer]));
    expectOneWinner(answers, [[0], [1], [2], [3]]);
  });

  it('storeGroups', async () => {
    await runAt(test.db, 'raced groups', act1);
    const answers = await race((writer) =>
      inPhase(test.db, 'raced groups', act1, async (tx) => {
        const rows = [0, 1].map((slot) => ({ ...rootGroup, slot, priority: writer }));
        await storeGroups(tx, 'raced groups', 'train', 1, rows.slice(0, 1 + (writer % 2)));
        const { rows: stored } = await tx.query<{ priority: number }>(
          `SELECT priority FROM groups WHERE run = 'raced groups' ORDER BY slot`,
        );
        return stored.map(({ priority }) => priority);
      }),
    );
    expectOneWinner(
      answers.map((answer) => !answer.done && answer.value),
      [[0], [1, 1], [2], [3, 3]],
    );
  });

  it('storeCompletions: one whole group, never a mixture', async () => {
    const group = await chosenGroup(test.db, 'raced completions');
    const rowsOf = (writer: number) =>
      [0, 1, 2].map((sample) => ({ ...completionOf({ ...group, sample }), codeSha: `${writer}` }));
    const answers = await race(async (writer) => {
      await storeCompletions(test.db, group, act1, rowsOf(writer));
      return readCompletions(test.db, group);
    });
    expectOneWinner(answers, [0, 1, 2, 3].map(rowsOf));
  });

  it('claimExecution', async () => {
    const attempt = await storedAttempt(test.db, 'raced claim');
    const claims = await race((writer) => claimExecution(test.db, attempt, `host ${writer}`));
    expect(claims.filter(({ mine }) => mine)).toHaveLength(1);
    const seen = claims.map(({ execution, host }) => ({ execution, host }));
    expectOneWinner(seen, [{ execution: 1, host: claims.find(({ mine }) => mine)!.host }]);
  });

  it('takeOverExecution', async () => {
    const attempt = await storedAttempt(test.db, 'raced takeover');
    await claimExecution(test.db, attempt, 'dead');
    const claims = await race((writer) =>
      takeOverExecution(test.db, attempt, 'dead', `host ${writer}`),
    );
    expect(claims.filter(({ mine }) => mine)).toHaveLength(1);
    expect(claims.map(({ execution }) => execution)).toEqual([2, 2, 2, 2]);
  });

  it('storeResult', async () => {
    const attempt = await storedAttempt(test.db, 'raced result');
    await claimExecution(test.db, attempt, 'a');
    const resultBy = (writer: number) => ({ ...resultOf(attempt), detail: `${writer}` });
    const answers = await race((writer) => storeResult(test.db, attempt, 1, resultBy(writer)));
    expectOneWinner(answers, [0, 1, 2, 3].map(resultBy));
  });

  it('storeGrade', async () => {
    const attempt = await storedAttempt(test.db, 'raced grade');
    const gradeBy = (writer: number) => ({ ...gradeOf(attempt), score: writer });
    const answers = await race((writer) => storeGrade(test.db, attempt, gradeBy(writer)));
    expectOneWinner(answers, [0, 1, 2, 3].map(gradeBy));
  });

  it('storeGrade and storeLoss: an attempt is closed by one of them', async () => {
    const attempt = await storedAttempt(test.db, 'raced close');
    await Promise.allSettled([
      storeGrade(test.db, attempt, gradeOf(attempt)),
      storeLoss(test.db, attempt, 'gave up'),
    ]);
    const { rows } = await test.db.pool.query<{ closings: number }>(
      `SELECT (SELECT count(*) FROM grades WHERE run = $1)
         + (SELECT count(*) FROM losses WHERE run = $1) AS closings`,
      ['raced close'],
    );
    expect(rows[0]!.closings).toBe(1);
  });

  it('claimEpoch', async () => {
    await openTestRun(test.db, 'raced epoch');
    const answers = await Promise.allSettled(
      [1, 2, 3].map(() => claimEpoch(test.db, 'raced epoch', 0, 'host')),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
