import { type AcceptedChange, type RunConfig, withLimits } from '@ace/config/pure';
import type pg from 'pg';
import type { Database } from './database.ts';
import { UnknownRunError } from './errors.ts';
import { changesColumn } from './limit-changes.ts';
import type { Origin } from './origins.ts';

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
  /** As it is now, with every change of its limits; an iteration goes by {@link configAt}. */
  config: RunConfig;
  /** As it was opened with: what it must be asked for with to go on. */
  asked: RunConfig;
  /** Of its limits, in the order accepted. */
  changes: readonly AcceptedChange[];
  /** Index into `phasesOf(config)` of the one phase that may write. */
  cursor: number;
  /** The one epoch that may send and publish; 0 before the first. */
  epoch: number;
  status: RunStatus;
  failure: FailureRecord | null;
  /** The runs that it goes on from, and that go on from it; null for none. */
  series: string | null;
  /** null for a run that began with fresh weights. */
  origin: Origin | null;
  createdAt: Date;
  finishedAt: Date | null;
  /** The run that it shares its beginning with, and the last iteration of that; null for one of its own. */
  fork: { run: string; iteration: number } | null;
}

const columns = `runs.*, ${changesColumn}`;

/** null when there is no such run. */
export async function readRun(db: Database, run: string): Promise<RunRecord | null> {
  const { rows } = await db.pool.query<RunRow>(`SELECT ${columns} FROM runs WHERE run = $1`, [run]);
  return rows[0] ? recordOf(rows[0]) : null;
}

/** Newest first. */
export async function listRuns(db: Database): Promise<RunRecord[]> {
  const { rows } = await db.pool.query<RunRow>(
    `SELECT ${columns} FROM runs ORDER BY created_at DESC, run`,
  );
  return rows.map(recordOf);
}

/** The config by which an iteration goes: once that has begun, no later change of limits holds of it. */
export const configAt = (
  { asked, changes }: Pick<RunRecord, 'asked' | 'changes'>,
  iteration: number,
): RunConfig => withLimits(asked, changes, iteration);

/** A row as Postgres gives it. */
export interface RunRow {
  run: string;
  /** As it was opened with. */
  config: RunConfig;
  changes: AcceptedChange[];
  fingerprints: Record<string, string>;
  cursor: number;
  epoch: number;
  status: RunStatus;
  failure: FailureRecord | null;
  series: string | null;
  origin_run: string | null;
  origin_version: number | null;
  origin_sha256: string | null;
  origin_state_path: string | null;
  created_at: Date;
  finished_at: Date | null;
  forked_from: string | null;
  forked_iteration: number | null;
}

export const recordOf = (row: RunRow): RunRecord => ({
  run: row.run,
  config: withLimits(row.config, row.changes),
  asked: row.config,
  changes: row.changes,
  cursor: row.cursor,
  epoch: row.epoch,
  status: row.status,
  failure: row.failure,
  series: row.series,
  origin: originOf(row),
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  fork:
    row.forked_from === null ? null : { run: row.forked_from, iteration: row.forked_iteration! },
});

function originOf(row: RunRow): Origin | null {
  const { origin_run: run, origin_version: version, origin_state_path: statePath } = row;
  if (run === null || version === null || statePath === null) return null;
  return { run, version, statePath, sha256: row.origin_sha256 };
}

/** @throws UnknownRunError */
export async function readRow(tx: pg.ClientBase, run: string): Promise<RunRow> {
  const { rows } = await tx.query<RunRow>(`SELECT ${columns} FROM runs WHERE run = $1`, [run]);
  if (!rows[0]) throw new UnknownRunError(run);
  return rows[0];
}

/** @throws UnknownRunError */
export async function lockedRow(tx: pg.ClientBase, run: string): Promise<RunRow> {
  await lockRun(tx, run);
  return readRow(tx, run);
}

/**
 * Holds the run's row until the transaction ends; false when there is none. What is read with it is read after
 * it: a statement that waits for a lock sees of other tables what was there before the wait.
 */
export async function lockRun(tx: pg.ClientBase, run: string): Promise<boolean> {
  const { rowCount } = await tx.query('SELECT FROM runs WHERE run = $1 FOR NO KEY UPDATE', [run]);
  return rowCount === 1;
}
