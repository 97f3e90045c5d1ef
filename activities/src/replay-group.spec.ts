import {
  claimExecution,
  closeDatabase,
  type Database,
  type GradeRow,
  oldScratchRuns,
  openAttempts,
  openScratch,
  storeGrade,
  storeLoss,
  storeResult,
} from '@ace/buffer';
import {
  createTestDatabase,
  playRun,
  storedAttempts,
  type TestDatabase,
} from '@ace/buffer/testing';
import { type AttemptAddress, phasesOf, scratchRunName, Track } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayGroupActivities } from './replay-group.ts';
import { replayActivities } from './replay.ts';
import { onlyDeps } from './testing/deps.ts';
import { verifyActivities } from './verify.ts';

let test: TestDatabase;
let scratch: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  scratch = await openScratch(test.url);
  await playRun(test.db, 'played');
});
afterAll(async () => {
  if (scratch) await closeDatabase(scratch);
  await test?.drop();
});

const plan = (asked: object) =>
  replayActivities(onlyDeps({ db: test.db, temporal: undefined as never })).planReplay(asked);

const refusal = async (asked: object): Promise<unknown> => {
  const error: unknown = await plan(asked).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  return (error as Error).message;
};

/** The attempts of group 0 of iteration 1, made and not learnt from. */
async function made(run: string): Promise<AttemptAddress[]> {
  const attempts = await storedAttempts(test.db, run);
  const { rows } = await test.db.pool.query<{ config: Parameters<typeof phasesOf>[0] }>(
    'SELECT config FROM runs WHERE run = $1',
    [run],
  );
  const acted = phasesOf(rows[0]!.config).findIndex(({ kind }) => kind === 'act') + 1;
  await test.db.pool.query('UPDATE runs SET cursor = $2 WHERE run = $1', [run, acted]);
  return attempts;
}

const result = {
  ...{ verdict: 'ok', errorType: null, errorText: null, validationScore: 0.5, image: null },
  ...{ submissionSha: null, stdoutSha: null, stderrSha: null, detail: 'it ended' },
  ...{ cpuSeconds: 1, wallSeconds: 1, peakMemoryBytes: 1 },
};
const invalid: GradeRow = {
  ...{ valid: false, score: null, referencePercentile: null },
  ...{ invalidReason: 'missing file', detail: null },
};
const valid: GradeRow = {
  ...{ valid: true, score: 1, referencePercentile: 0.5, invalidReason: null, detail: null },
};

async function close(db: Database, attempt: AttemptAddress, grade = valid): Promise<void> {
  const { execution } = await claimExecution(db, attempt, 'north');
  await storeResult(db, attempt, execution, result);
  await storeGrade(db, attempt, grade);
}

describe('a group that is to be replayed', () => {
  const asked = { run: 'played', iteration: 2, mode: 'verify', group: 1 };

  it('is one that there is, of an iteration whose attempts are made', async () => {
    expect(await plan(asked)).toEqual(asked);
    expect(await plan({ ...asked, mode: 'retry' })).toEqual({ ...asked, mode: 'retry' });
    for (const mode of ['retry', 'verify']) {
      expect(await refusal({ ...asked, mode, group: 2 })).toBe(
        'group: expected 0 to 1, the groups of iteration 2, got 2',
      );
      for (const iteration of [0, 4]) {
        expect(await refusal({ ...asked, mode, iteration })).toBe(
          `iteration: expected 1 to 3, the iterations of "played" whose attempts are made, got ${iteration}`,
        );
      }
    }
    await storedAttempts(test.db, 'acting');
    expect(await refusal({ ...asked, mode: 'retry', run: 'acting', iteration: 1 })).toBe(
      'iteration: expected one whose attempts are made, and none of "acting" are yet, got 1',
    );
  });

  it('can be verified once all of its attempts are graded, and retried before', async () => {
    const [first, ...others] = await made('grading');
    const ofIt = { ...asked, run: 'grading', iteration: 1, group: 0 };
    const words = (graded: number): string =>
      'group: expected one whose attempts are all graded, got 0, ' +
      `of whose 3 attempts ${graded} are`;
    expect(await refusal(ofIt)).toBe(words(0));
    await close(test.db, first!);
    expect(await refusal(ofIt)).toBe(words(1));
    expect(await plan({ ...ofIt, mode: 'retry' })).toMatchObject({ group: 0 });
    for (const attempt of others) await close(test.db, attempt, invalid);
    expect(await plan(ofIt)).toEqual(ofIt);
  });

  it('cannot be verified with a lost attempt, of which there is nothing to compare', async () => {
    const [first, ...others] = await made('losing');
    await storeLoss(test.db, first!, 'no host took it');
    for (const attempt of others) await close(test.db, attempt);
    const ofIt = { run: 'losing', iteration: 1, mode: 'verify', group: 0 };
    expect(await refusal(ofIt)).toMatch(/of whose 3 attempts 2 are$/);
  });
});

it('what came of attempts is counted, of those alone that are asked for', async () => {
  const [first, second, third] = (await made('counted')) as [
    AttemptAddress,
    AttemptAddress,
    AttemptAddress,
  ];
  const count = (...samples: number[]) =>
    replayGroupActivities(onlyDeps({ db: test.db })).countEnds({ ...first, samples });
  expect(await count(0, 1, 2)).toEqual({ open: 3 });
  await close(test.db, first);
  await close(test.db, second, invalid);
  expect(await count(0, 1, 2)).toEqual({ valid: 1, 'missing file': 1, open: 1 });
  await storeLoss(test.db, third, 'no host took it');
  expect(await count(1, 2)).toEqual({ 'missing file': 1, lost: 1 });
  expect(await count()).toEqual({});
});

describe('a group that is verified', () => {
  it('is done again from its stored attempts before its iteration is learnt from', async () => {
    const attempts = await made('unlearnt');
    for (const attempt of attempts) await close(test.db, attempt);
    const activities = verifyActivities(onlyDeps({ db: test.db, scratch }));
    const as = scratchRunName('unlearnt', 1, 'id');
    const group = { run: 'unlearnt', track: Track.Train, iteration: 1, slot: 0 };
    const input = { ...group, scratch: as };
    await activities.openScratchGroup(input);
    await activities.openScratchGroup(input);

    const again = attempts.map((attempt) => ({ ...attempt, run: as }));
    expect(await openAttempts(scratch, { ...group, run: as })).toEqual([0, 1, 2]);
    for (const attempt of again.slice(0, 2)) await close(scratch, attempt);
    expect(await activities.compareScratchGroup(input)).toMatchObject([
      { what: 'results', original: 3, again: 2, differing: 1 },
      { what: 'grades', original: 3, again: 2, differing: 1 },
      { what: 'losses', original: 0, again: 0, differing: 0 },
    ]);
    await close(scratch, again[2]!, invalid);
    const [results, grades] = await activities.compareScratchGroup(input);
    expect(results).toMatchObject({ again: 3, differing: 0 });
    expect(grades).toMatchObject({
      ...{ differing: 1, first: 'track train, iteration 1, slot 0, sample 2: valid' },
    });
    await activities.dropScratch(input);
    expect(await oldScratchRuns(scratch, 0)).toEqual([]);
  });
});
