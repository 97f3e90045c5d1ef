import type { AttemptAddress } from '@ace/config/pure';
import type pg from 'pg';
import { lockAttempt } from './attempt-lock.ts';
import { type Database, transaction } from './database.ts';
import { StaleExecutionError } from './errors.ts';
import { insertRows } from './insert-rows.ts';
import { attemptColumns, attemptKey, isAttempt } from './keys.ts';
import { storableText } from './storable-text.ts';

/** How an attempt's program ended. */
export interface ResultRow {
  verdict: string;
  /** Null when the program worked. Both are normalised: without addresses, paths and measured numbers. */
  errorType: string | null;
  errorText: string | null;
  /** What the program printed of itself; null when it printed none. */
  validationScore: number | null;
  /** Artifacts. */
  submissionSha: string | null;
  stdoutSha: string | null;
  stderrSha: string | null;
  cpuSeconds: number;
  wallSeconds: number;
  peakMemoryBytes: number;
  /** Content id of the image that it ran in; null where its system was its host's own. */
  image: string | null;
  /** For people. */
  detail: string;
}

/**
 * Stores the result of an execution, which ends it; returns what is stored. A second result of the same
 * execution changes nothing.
 * @throws StaleExecutionError when the execution was given up, MissingRowError.
 */
export function storeResult(
  db: Database,
  attempt: AttemptAddress,
  execution: number,
  result: ResultRow,
): Promise<ResultRow> {
  return transaction(db, async (tx) => {
    const { hasResult } = await lockAttempt(tx, attempt);
    await refuseStale(tx, attempt, execution);
    if (!hasResult) await insertResult(tx, attempt, execution, result);
    return (await selectResult(tx, attempt))!;
  });
}

/** null before it was stored. */
export const readResult = (db: Database, attempt: AttemptAddress): Promise<ResultRow | null> =>
  selectResult(db.pool, attempt);

async function refuseStale(
  tx: pg.ClientBase,
  attempt: AttemptAddress,
  execution: number,
): Promise<void> {
  const { rows } = await tx.query<{ execution: number; outcome: string | null }>(
    `SELECT execution, outcome FROM executions WHERE ${isAttempt} ORDER BY execution DESC LIMIT 1`,
    [...attemptKey(attempt)],
  );
  const newest = rows[0];
  const refuse = (why: string): never => {
    throw new StaleExecutionError(attempt, execution, why);
  };
  if (!newest || newest.execution < execution) refuse('it was never claimed');
  else if (newest.execution > execution) refuse(`execution ${newest.execution} was claimed since`);
  else if (newest.outcome !== null && newest.outcome !== 'finished') refuse('it was given up');
}

async function insertResult(
  tx: pg.ClientBase,
  attempt: AttemptAddress,
  execution: number,
  row: ResultRow,
): Promise<void> {
  await tx.query(
    `UPDATE executions SET ended_at = clock_timestamp(), outcome = 'finished'
     WHERE ${isAttempt} AND execution = $6`,
    [...attemptKey(attempt), execution],
  );
  const values = [
    ...[...attemptKey(attempt), execution, row.verdict],
    ...[storableText(row.errorType), storableText(row.errorText), row.validationScore],
    ...[row.submissionSha, row.stdoutSha, row.stderrSha],
    ...[row.cpuSeconds, row.wallSeconds, row.peakMemoryBytes, row.image, storableText(row.detail)],
  ];
  await insertRows(tx, 'results', columns, [values]);
}

const columns = [
  ...[...attemptColumns, 'execution', 'verdict'],
  ...['error_type', 'error_text', 'validation_score'],
  ...['submission_sha', 'stdout_sha', 'stderr_sha'],
  ...['cpu_seconds', 'wall_seconds', 'peak_memory_bytes', 'image', 'detail'],
];

async function selectResult(
  queryable: pg.Pool | pg.ClientBase,
  attempt: AttemptAddress,
): Promise<ResultRow | null> {
  const { rows } = await queryable.query<ResultRow>(
    `SELECT verdict, error_type AS "errorType", error_text AS "errorText",
       validation_score AS "validationScore", submission_sha AS "submissionSha",
       stdout_sha AS "stdoutSha", stderr_sha AS "stderrSha", cpu_seconds AS "cpuSeconds",
       wall_seconds AS "wallSeconds", peak_memory_bytes AS "peakMemoryBytes", image, detail
     FROM results WHERE ${isAttempt}`,
    [...attemptKey(attempt)],
  );
  return rows[0] ?? null;
}
