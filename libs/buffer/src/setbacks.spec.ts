import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimEpoch } from './epochs.ts';
import { claimExecution, endExecution, takeOverExecution } from './executions.ts';
import { storeLoss } from './grades.ts';
import { forgetRequest, storeRequest } from './requests.ts';
import { storeResult } from './results.ts';
import { setbacks } from './setbacks.ts';
import { createTestDatabase, storedAttempts, type TestDatabase } from './testing/index.ts';
import { chosenGroup } from './testing/stored-group.ts';
import { resultOf } from './testing/play-run.ts';

let test: TestDatabase;
beforeAll(async () => void (test = await createTestDatabase()));
afterAll(() => test?.drop());

describe('setbacks', () => {
  it('are none in a run in which nothing went wrong', async () => {
    const [attempt] = await storedAttempts(test.db, 'well');
    await claimExecution(test.db, attempt!, 'north');
    await storeResult(test.db, attempt!, 1, resultOf(attempt!));
    await claimEpoch(test.db, 'well', 0, 'north');
    expect(await setbacks(test.db, 'well', 10)).toEqual({ newest: [], total: 0 });
  });

  it('counts executions that were lost in one way, and says whether they were made up for', async () => {
    const [first, second] = await storedAttempts(test.db, 'lost');
    for (const attempt of [first!, second!]) {
      await claimExecution(test.db, attempt, 'north');
      await takeOverExecution(test.db, attempt, 'north', 'south');
    }
    await endExecution(test.db, first!, 2, 'lost', 'killed by nobody');
    await claimExecution(test.db, first!, 'south');
    await storeResult(test.db, first!, 3, resultOf(first!));
    const { newest } = await setbacks(test.db, 'lost', 10);
    const place = { kind: 'execution', track: 'train', iteration: 1, slot: 0 };
    expect(newest).toMatchObject([
      { ...place, sample: 0, number: 2, host: 'south', count: 1, overcome: true },
      { ...place, sample: 1, number: 1, host: 'north', count: 1, overcome: false },
      { ...place, sample: 0, number: 1, host: 'north', count: 1, overcome: true },
    ]);
    expect(newest.map(({ why }) => why)).toEqual([
      'killed by nobody',
      'taken over by south',
      'taken over by south',
    ]);
  });

  it('counts epochs together, of which each has words of its own, and shows the newest', async () => {
    await storedAttempts(test.db, 'epochs');
    for (const epoch of [0, 1, 2]) await claimEpoch(test.db, 'epochs', epoch, `host-${epoch}`);
    expect(await setbacks(test.db, 'epochs', 10)).toMatchObject({
      newest: [
        { ...{ kind: 'epoch', number: 2, host: 'host-1', count: 2, overcome: true, track: null } },
      ],
      total: 1,
    });
  });

  it('knows requests that were forgotten, and attempts that were given up', async () => {
    const group = await chosenGroup(test.db, 'given up');
    await storeRequest(test.db, group, { requestId: 'a', seed: 1 });
    await forgetRequest(test.db, group, 'a', 'the engine began anew');
    const [attempt] = await storedAttempts(test.db, 'given up, too');
    await storeLoss(test.db, attempt!, 'five executions were lost');
    expect((await setbacks(test.db, 'given up', 10)).newest).toMatchObject([
      { kind: 'request', why: 'the engine began anew', number: 1, sample: null, overcome: false },
    ]);
    expect((await setbacks(test.db, 'given up, too', 10)).newest).toMatchObject([
      { kind: 'attempt', why: 'five executions were lost', number: null, overcome: false },
    ]);
  });

  it('gives no more than is asked for', async () => {
    expect(await setbacks(test.db, 'lost', 1)).toMatchObject({ newest: [{ number: 2 }], total: 3 });
  });
});
