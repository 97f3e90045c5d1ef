import { type AttemptAddress, Track } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestPrograms } from './best-programs.ts';
import { groupProgress } from './group-progress.ts';
import { readGroups } from './groups.ts';
import { readOutcomes } from './outcomes.ts';
import { completionOf, gradeOf, playedConfig, playRun } from './testing/play-run.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await playRun(database.db, 'played');
});
afterAll(() => database.drop());

const { train, heldOut } = playedConfig.competitions;
const competitions = [...train, ...heldOut];

/** Every valid attempt of one competition, read by the queries that the run itself uses. */
async function validAttempts(competition: string) {
  const places = [
    ...[1, 2, 3].map((iteration) => ({ track: Track.Train, iteration })),
    ...[0, 3].map((iteration) => ({ track: Track.Evaluation, iteration })),
  ];
  const attempts: (AttemptAddress & { score: number })[] = [];
  for (const { track, iteration } of places) {
    const groups = await readGroups(database.db, 'played', track, iteration);
    const slots = groups.filter((group) => group.competition === competition).map((g) => g.slot);
    for (const { slot, sample } of await readOutcomes(database.db, 'played', track, iteration)) {
      const attempt = { run: 'played', track, iteration, slot, sample };
      const { valid, score } = gradeOf(attempt);
      if (slots.includes(slot) && valid) attempts.push({ ...attempt, score: score! });
    }
  }
  return attempts;
}

describe('bestPrograms', () => {
  it.each(['maximize', 'minimize'] as const)('finds the best when scores %s', async (direction) => {
    const directions = Object.fromEntries(competitions.map((id) => [id, direction]));
    const best = await bestPrograms(database.db, 'played', directions);
    expect(best.map(({ competition }) => competition).sort()).toEqual([...competitions].sort());
    for (const { competition, score, codeSha } of best) {
      const attempts = await validAttempts(competition);
      const sorted = attempts.sort((a, b) => a.score - b.score);
      const expected = (direction === 'maximize' ? sorted.at(-1) : sorted[0])!;
      expect(score).toBe(expected.score);
      expect(codeSha).toBe(completionOf(expected).codeSha);
    }
  });

  it('has nothing to say of another run or competition', async () => {
    expect(await bestPrograms(database.db, 'other', { [train[0]!]: 'maximize' })).toEqual([]);
    expect(await bestPrograms(database.db, 'played', { unknown: 'maximize' })).toEqual([]);
  });
});

describe('groupProgress', () => {
  it('counts the closed attempts of each group', async () => {
    const groups = await readGroups(database.db, 'played', Track.Train, 2);
    expect(await groupProgress(database.db, 'played', Track.Train, 2)).toEqual(
      groups.map(({ slot, competition, kind }) => ({
        ...{ slot, competition, kind, closed: playedConfig.groupSize },
      })),
    );
  });
});
