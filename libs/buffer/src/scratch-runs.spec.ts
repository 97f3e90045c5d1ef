import { phasesOf, Track } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptChange } from './accept-change.ts';
import { closeDatabase, type Database, openScratch } from './database.ts';
import { digestRun } from './digest.ts';
import { readCompletions } from './completions.ts';
import { openAttempts } from './grades.ts';
import { readGroups } from './groups.ts';
import { readRun } from './runs.ts';
import { dropScratchRun, oldScratchRuns, openScratchRun, turnToLearning } from './scratch-runs.ts';
import { bufferAsOf } from './states.ts';
import { latestVersion } from './versions.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { openTestRun, playedConfig, playRun } from './testing/play-run.ts';

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

const open = (as: string, keepsAttempts = false) =>
  openScratchRun(test.db, scratch, { run: 'played', iteration: 3, as, keepsAttempts });

async function phaseOf(run: string): Promise<string> {
  const { config, cursor } = (await readRun(scratch, run))!;
  const { kind, index } = phasesOf(config)[cursor]!;
  return `${kind} ${index}`;
}

describe('a scratch run', () => {
  it('stands at the act of its iteration, with all that was stored before', async () => {
    await open('again');
    expect(await phaseOf('again')).toBe('act 3');
    expect(await readGroups(scratch, 'again', Track.Train, 3)).toEqual([]);
    expect(await latestVersion(scratch, 'again')).toMatchObject({ version: 2 });
    const before = await bufferAsOf(test.db, 'played', 2);
    expect(await bufferAsOf(scratch, 'again', 2)).toEqual(before);
    await turnToLearning(scratch, 'again', 3);
    expect(await phaseOf('again')).toBe('learn 3');
  });

  it('has the stored attempts where they are kept, none of them executed', async () => {
    await open('kept', true);
    expect(await phaseOf('kept')).toBe('learn 3');
    const group = { track: Track.Train, iteration: 3, slot: 1 };
    const [original, kept] = await Promise.all([
      readCompletions(test.db, { run: 'played', ...group }),
      readCompletions(scratch, { run: 'kept', ...group }),
    ]);
    expect(kept).toEqual(original);
    expect(await openAttempts(scratch, { run: 'kept', ...group })).toEqual([0, 1, 2]);
  });

  it('knows the changes of its limits, also of how many iterations there are', async () => {
    await openTestRun(test.db, 'longer', playedConfig);
    const change = { iterations: 4, fromIteration: 2 };
    const asked = { run: 'longer', updateId: 'one', admitted: 0, change };
    await acceptChange(test.db, asked, () => undefined);
    await playRun(test.db, 'longer');
    const fourth = { run: 'longer', iteration: 4, as: 'fourth', keepsAttempts: false };
    await openScratchRun(test.db, scratch, fourth);
    expect(await phaseOf('fourth')).toBe('act 4');
    await turnToLearning(scratch, 'fourth', 4);
    expect(await phaseOf('fourth')).toBe('learn 4');
    const changesIn = async (db: Database, run: string) => (await readRun(db, run))!.changes;
    expect(await changesIn(scratch, 'fourth')).toEqual(await changesIn(test.db, 'longer'));
    await dropScratchRun(scratch, 'fourth');
    const left = `SELECT FROM limit_changes WHERE run = 'fourth'`;
    expect((await scratch.pool.query(left)).rowCount).toBe(0);
  });

  it('is laid out once, leaves its original alone, and goes without a trace', async () => {
    const before = await digestRun(test.db, 'played');
    await open('twice');
    await turnToLearning(scratch, 'twice', 3);
    await open('twice');
    expect(await phaseOf('twice')).toBe('learn 3');
    expect(await oldScratchRuns(scratch, 0)).toContain('twice');
    expect(await oldScratchRuns(scratch, 1)).toEqual([]);
    await dropScratchRun(scratch, 'twice');
    expect(await readRun(scratch, 'twice')).toBeNull();
    expect(await readRun(test.db, 'twice')).toBeNull();
    expect(await digestRun(test.db, 'played')).toEqual(before);
  });
});
