import { Track } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestPrograms } from './best-programs.ts';
import { MissingRowError, UnknownRunError } from './errors.ts';
import { readBatch } from './evolution.ts';
import { claimExecution } from './executions.ts';
import { storeGrade, storeLoss } from './grades.ts';
import { groupProgress } from './group-progress.ts';
import { readOutcomes } from './outcomes.ts';
import { progress } from './progress.ts';
import { evaluationCounts, trainingCounts } from './report.ts';
import { storeResult } from './results.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import {
  gradeOf,
  openTestRun,
  playedConfig,
  playRun,
  resultOf,
  completionOf,
} from './testing/play-run.ts';
import { standAt, storedAttempts } from './testing/stored-group.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await playRun(test.db, 'played');
});
afterAll(() => test?.drop());

const { groups, groupSize, iterations } = playedConfig;
const training = iterations * groups * groupSize;

describe('evaluationCounts', () => {
  it('gives every closed sample of a version by competition, with its reward', async () => {
    const counts = await evaluationCounts(test.db, 'played', 3);
    expect(counts.map(({ competition }) => competition)).toEqual(['ames', 'titanic', 'loans']);
    const loans = { run: 'played', track: Track.Evaluation, iteration: 3, slot: 2 };
    const grade = gradeOf({ ...loans, sample: 1 });
    expect(counts[2]!.samples[1]).toEqual({
      ...{ sample: 1, valid: true, score: grade.score },
      reward: 0.5 + 0.5 * grade.referencePercentile!,
    });
    expect(counts[2]!.samples[2]).toEqual({ sample: 2, valid: false, score: null, reward: 0 });
  });

  it('is empty for a version that was not evaluated, and names a run that there is not', async () => {
    expect(await evaluationCounts(test.db, 'played', 1)).toEqual([]);
    await expect(evaluationCounts(test.db, 'nowhere', 0)).rejects.toThrow(UnknownRunError);
  });
});

describe('trainingCounts', () => {
  it('counts executions, and per iteration attempts, validity and reward', async () => {
    const counts = await trainingCounts(test.db, 'played');
    expect(counts.executions).toBe(training);
    expect(counts.iterations.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
    for (const { attempts, valid, meanReward } of counts.iterations) {
      expect(attempts).toBe(groups * groupSize);
      const kinds = Object.values(valid);
      expect(kinds.reduce((sum, kind) => sum + kind.attempts, 0)).toBe(attempts);
      expect(kinds.reduce((sum, kind) => sum + kind.valid, 0)).toBe((attempts * 2) / 3);
      expect(meanReward).toBeCloseTo((0.75 * 2) / 3, 12);
    }
  });
});

describe('progress', () => {
  it('is null before the run is there', async () => {
    expect(await progress(test.db, 'nowhere')).toBeNull();
  });

  it('shows a run before its first iteration', async () => {
    await openTestRun(test.db, 'started');
    const none = { total: 0, closed: 0 };
    expect(await progress(test.db, 'started')).toMatchObject({
      ...{ status: 'running', cursor: 0, phase: { kind: 'initialise', index: 0 } },
      ...{ iteration: 0, open: none, evaluation: none, training: none, learned: null },
      liveStates: { draft: 2, improve: 0, debug: 0 },
    });
  });

  it('counts what is open while attempts run', async () => {
    const [first, second] = await storedAttempts(test.db, 'under way');
    await standAt(test.db, 'under way', { kind: 'learn', index: 1 });
    await claimExecution(test.db, first!, 'a');
    await storeResult(test.db, first!, 1, resultOf(first!));
    await storeGrade(test.db, first!, gradeOf(first!));
    await storeLoss(test.db, second!, 'no host took it');
    expect(await progress(test.db, 'under way')).toMatchObject({
      ...{ iteration: 1, open: { total: groupSize, closed: 2 }, learned: null },
      phase: { kind: 'learn', index: 1 },
    });
    expect(await groupProgress(test.db, 'under way', Track.Train, 1)).toEqual([
      { slot: 0, competition: 'ames', kind: 'draft', closed: 2 },
    ]);
    const { executions, iterations: counted } = await trainingCounts(test.db, 'under way');
    expect({ executions, meanReward: counted[0]!.meanReward }).toEqual({
      ...{ executions: 1, meanReward: null },
    });
  });

  it('shows a finished run', async () => {
    const { cursor, ...shown } = (await progress(test.db, 'played'))!;
    expect(cursor).toBeGreaterThan(iterations);
    const evaluated = 2 * 3 * playedConfig.evaluation.samplesPerCompetition;
    expect(shown).toMatchObject({
      ...{ phase: null, iteration: iterations, open: { total: 0, closed: 0 } },
      evaluation: { total: evaluated, closed: evaluated },
      training: { total: training, closed: training },
      learned: { iteration: iterations },
    });
    expect(shown.liveStates.draft).toBe(2);
    expect(shown.liveStates.improve).toBeGreaterThan(0);
  });
});

describe('bestPrograms', () => {
  it('takes the best score of each competition in its direction', async () => {
    const directions = { ames: 'minimize', titanic: 'maximize', unknown: 'maximize' } as const;
    const best = await bestPrograms(test.db, 'played', directions);
    expect(best.map(({ competition }) => competition)).toEqual(['ames', 'titanic']);
    const { rows } = await test.db.pool.query<{ lowest: number; highest: number }>(
      `SELECT min(score) FILTER (WHERE competition = 'ames') AS lowest,
         max(score) FILTER (WHERE competition = 'titanic') AS highest
       FROM grades JOIN groups USING (run, track, iteration, slot) WHERE run = 'played'`,
    );
    expect(best.map(({ score }) => score)).toEqual([rows[0]!.lowest, rows[0]!.highest]);
  });
});

describe('readBatch', () => {
  it('gives the used attempts in address order, with what they were made from', async () => {
    const batch = await readBatch(test.db, 'played', 2);
    const used = (await readOutcomes(test.db, 'played', Track.Train, 2)).filter((o) => o.valid);
    expect(batch.map(({ slot, sample }) => [slot, sample])).toEqual(
      used.map(({ slot, sample }) => [slot, sample]),
    );
    const at = { run: 'played', track: Track.Train, iteration: 2, slot: 1, sample: 0 };
    const { tokens, logprobs } = completionOf(at);
    const row = batch.find(({ slot, sample }) => slot === 1 && sample === 0);
    expect(row).toMatchObject({ prompt: [2, 1], tokens, logprobs });
    expect(row!.advantage).toBeGreaterThan(0);
  });

  it('refuses an iteration that is not evolved: an empty batch means no gradient', async () => {
    await expect(readBatch(test.db, 'played', 4)).rejects.toThrow(MissingRowError);
  });
});
