import type pg from 'pg';
import type { Database } from './database.ts';
import { UnknownRunError } from './errors.ts';
import { type FailureRecord, RunStatus } from './runs.ts';

/**
 * Says how the run stands and, unless it goes well, why. A finished run stays finished.
 * @throws UnknownRunError
 */
export const setRunStatus = (
  db: Database,
  run: string,
  status: RunStatus,
  failure: FailureRecord | null = null,
): Promise<void> => writeStatus(db.pool, run, status, failure);

/**
 * Says how the run stands and leaves what it says of a failure. A finished run stays finished.
 * @throws UnknownRunError
 */
export async function showRunStatus(db: Database, run: string, status: RunStatus): Promise<void> {
  const { rowCount } = await db.pool.query(
    `UPDATE runs SET status = CASE status WHEN 'finished' THEN status ELSE $2 END WHERE run = $1`,
    [run, status],
  );
  if (rowCount !== 1) throw new UnknownRunError(run);
}

/**
 * Closes a run for good, in the transaction of its last phase.
 * @throws UnknownRunError
 */
export const markFinished = (tx: pg.ClientBase, run: string): Promise<void> =>
  writeStatus(tx, run, RunStatus.Finished, null);

async function writeStatus(
  queryable: pg.Pool | pg.ClientBase,
  run: string,
  status: RunStatus,
  failure: FailureRecord | null,
): Promise<void> {
  const { rowCount } = await queryable.query(
    `UPDATE runs SET
       status = CASE status WHEN 'finished' THEN status ELSE $2 END,
       failure = CASE status WHEN 'finished' THEN failure ELSE $3::jsonb END,
       finished_at = coalesce(finished_at, CASE $2 WHEN 'finished' THEN clock_timestamp() END)
     WHERE run = $1`,
    [run, status, failure && JSON.stringify(failure)],
  );
  if (rowCount !== 1) throw new UnknownRunError(run);
}
