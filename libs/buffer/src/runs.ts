import type { RunConfig } from '@ace/config/pure';
import type pg from 'pg';
import { type Database, transaction } from './database.ts';
import { ConfigMismatchError, UnknownRunError } from './errors.ts';
import { firstValueDifference } from './value-difference.ts';
import { insertRows } from './insert-rows.ts';

export const RunStatus = {
  Running: 'running',
  /** No further iteration begins before somebody resumes it. */
  Paused: 'paused',
  /** Waits for a person; see `failure`. */
  Blocked: 'blocked',
  /** Comes to its stop. */
  Stopping: 'stopping',
  /** By a person, at its cursor: started again under its name it goes on there. */
  Stopped: 'stopped',
  Failed: 'failed',
  /** For good. */
  Finished: 'finished',
  /** As `stopped`, by a cancellation of its workflow. */
  Cancelled: 'cancelled',
} as const;
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus];

/** What stopped a run, in words that a person can act on. */
export interface FailureRecord {
  /** null outside an iteration. */
  iteration: number | null;
  step: string;
  reason: string;
  remedy: string;
}

export interface RunRecord {
  run: string;
  config: RunConfig;
  /** Index into `phasesOf(config)` of the one phase that may write. */
  cursor: number;
  /** The one epoch that may send and publish; 0 before the first. */
  epoch: number;
  status: RunStatus;
  failure: FailureRecord | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface RunOpening {
  run: string;
  config: RunConfig;
  /** SHA-256 of the prepared data, by competition. */
  fingerprints: Record<string, string>;
  roots: readonly { address: string; competition: string }[];
}

/**
 * Writes the run's row and its root states, or finds them: then the config must be the same, and a run that
 * was stopped is running again.
 * @throws ConfigMismatchError naming the first field that differs.
 */
export function openRun(db: Database, opening: RunOpening): Promise<RunRecord> {
  const { run, config, fingerprints } = opening;
  return transaction(db, async (tx) => {
    const { rowCount } = await tx.query(
      'INSERT INTO runs (run, config, fingerprints) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [run, JSON.stringify(config), JSON.stringify(fingerprints)],
    );
    if (rowCount === 1) await storeRoots(tx, opening);
    else await takeUp(tx, opening);
    return recordOf(await lockedRow(tx, run));
  });
}

/** null when there is no such run. */
export async function readRun(db: Database, run: string): Promise<RunRecord | null> {
  const { rows } = await db.pool.query<RunRow>('SELECT * FROM runs WHERE run = $1', [run]);
  return rows[0] ? recordOf(rows[0]) : null;
}

/** Newest first. */
export async function listRuns(db: Database): Promise<RunRecord[]> {
  const { rows } = await db.pool.query<RunRow>('SELECT * FROM runs ORDER BY created_at DESC, run');
  return rows.map(recordOf);
}

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

interface RunRow {
  run: string;
  config: RunConfig;
  fingerprints: Record<string, string>;
  cursor: number;
  epoch: number;
  status: RunStatus;
  failure: FailureRecord | null;
  created_at: Date;
  finished_at: Date | null;
}

const recordOf = (row: RunRow): RunRecord => ({
  run: row.run,
  config: row.config,
  cursor: row.cursor,
  epoch: row.epoch,
  status: row.status,
  failure: row.failure,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
});

async function lockedRow(tx: pg.ClientBase, run: string): Promise<RunRow> {
  const { rows } = await tx.query<RunRow>('SELECT * FROM runs WHERE run = $1 FOR NO KEY UPDATE', [
    run,
  ]);
  if (!rows[0]) throw new UnknownRunError(run);
  return rows[0];
}

const storeRoots = (tx: pg.ClientBase, { run, roots }: RunOpening): Promise<void> =>
  insertRows(
    tx,
    'states',
    ['run', 'address', 'competition', 'kind', 'depth', 'born_iteration'],
    roots.map(({ address, competition }) => [run, address, competition, 'draft', 0, 0]),
  );

async function takeUp(tx: pg.ClientBase, { run, config, fingerprints }: RunOpening): Promise<void> {
  const stored = await lockedRow(tx, run);
  refuseDifference(run, '', stored.config, config);
  refuseDifference(run, 'fingerprints', stored.fingerprints, fingerprints);
  await tx.query(
    `UPDATE runs SET status = 'running', failure = NULL WHERE run = $1 AND status <> 'finished'`,
    [run],
  );
}

/** `given` is compared as it would be stored: as JSON. */
function refuseDifference(run: string, root: string, stored: unknown, given: unknown): void {
  const asStored: unknown = JSON.parse(JSON.stringify(given));
  const difference = firstValueDifference(stored, asStored, root);
  if (!difference) return;
  throw new ConfigMismatchError(run, difference.path, difference.stored, difference.given);
}
