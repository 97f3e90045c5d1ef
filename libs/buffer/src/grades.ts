import type { AttemptAddress, GroupAddress } from '@ace/config/pure';
import type pg from 'pg';
import { lockAttempt } from './attempt-lock.ts';
import { type Database, transaction } from './database.ts';
import { AttemptClosedError } from './errors.ts';
import { insertRows } from './insert-rows.ts';
import { attemptColumns, attemptKey, groupKey, isAttempt, isGroup } from './keys.ts';
import { storableText } from './storable-text.ts';
import { wake } from './turns.ts';

/** What an attempt is worth on the private answers. */
export interface GradeRow {
  valid: boolean;
  /** In the competition's metric; null unless valid. */
  score: number | null;
  /** Share of the reference leaderboard that the score beats, 0 to 1; null unless valid. */
  referencePercentile: number | null;
  /** null when valid. */
  invalidReason: string | null;
  /** For people. */
  detail: string | null;
}

/**
 * Closes an attempt with its grade; returns the one that is stored, the first writer's.
 * @throws AttemptClosedError when the attempt was closed as lost, MissingRowError.
 */
export function storeGrade(
  db: Database,
  attempt: AttemptAddress,
  grade: GradeRow,
): Promise<GradeRow> {
  return transaction(db, async (tx) => {
    const { isGraded, isLost } = await lockAttempt(tx, attempt);
    if (isLost) throw new AttemptClosedError(attempt, 'loss');
    if (!isGraded) {
      await insertGrade(tx, attempt, grade);
      await wake(tx, attempt.run);
    }
    return (await selectGrade(tx, attempt))!;
  });
}

/** null before it was stored. */
export const readGrade = (db: Database, attempt: AttemptAddress): Promise<GradeRow | null> =>
  selectGrade(db.pool, attempt);

/**
 * Closes an attempt as lost: infrastructure failed, nobody graded it. Gives up its execution under way. A
 * graded attempt stays graded.
 * @throws MissingRowError
 */
export function storeLoss(db: Database, attempt: AttemptAddress, why: string): Promise<void> {
  return transaction(db, async (tx) => {
    const { isGraded, isLost } = await lockAttempt(tx, attempt);
    if (isGraded || isLost) return;
    await tx.query(
      `UPDATE executions SET ended_at = clock_timestamp(), outcome = 'lost', why = $6
       WHERE ${isAttempt} AND ended_at IS NULL`,
      [...attemptKey(attempt), storableText(why)],
    );
    const values = [...attemptKey(attempt), storableText(why)];
    await insertRows(tx, 'losses', [...attemptColumns, 'why'], [values]);
    await wake(tx, attempt.run);
  });
}

/** Samples of the group that have a completion and neither a grade nor a loss, in order. */
export async function openAttempts(db: Database, group: GroupAddress): Promise<number[]> {
  const { rows } = await db.pool.query<{ sample: number }>(
    `SELECT sample FROM completions
     LEFT JOIN grades USING (run, track, iteration, slot, sample)
     LEFT JOIN losses USING (run, track, iteration, slot, sample)
     WHERE ${isGroup} AND grades.run IS NULL AND losses.run IS NULL
     ORDER BY sample`,
    [...groupKey(group)],
  );
  return rows.map(({ sample }) => sample);
}

async function insertGrade(
  tx: pg.ClientBase,
  attempt: AttemptAddress,
  grade: GradeRow,
): Promise<void> {
  const columns = ['valid', 'score', 'reference_percentile', 'invalid_reason', 'detail'];
  const { valid, score, referencePercentile, invalidReason, detail } = grade;
  const values = [valid, score, referencePercentile, invalidReason, storableText(detail)];
  await insertRows(
    tx,
    'grades',
    [...attemptColumns, ...columns],
    [[...attemptKey(attempt), ...values]],
  );
}

async function selectGrade(
  queryable: pg.Pool | pg.ClientBase,
  attempt: AttemptAddress,
): Promise<GradeRow | null> {
  const { rows } = await queryable.query<GradeRow>(
    `SELECT valid, score, reference_percentile AS "referencePercentile",
       invalid_reason AS "invalidReason", detail
     FROM grades WHERE ${isAttempt}`,
    [...attemptKey(attempt)],
  );
  return rows[0] ?? null;
}
