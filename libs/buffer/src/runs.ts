import type { Phase, RunConfig, Series } from '@ace/config/pure';
import type pg from 'pg';
import { copyRecord, reachOf } from './copied-record.ts';
import { type Database, oneMoment, transaction } from './database.ts';
import { ConfigMismatchError, ForkTooEarlyError, UnknownRunError } from './errors.ts';
import { firstValueDifference } from './value-difference.ts';
import { insertRows } from './insert-rows.ts';
import { type Origin, storeOrigin } from './origins.ts';

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
  /** The runs that it goes on from, and that go on from it; null for none. */
  series: string | null;
  /** null for a run that began with fresh weights. */
  origin: Origin | null;
  createdAt: Date;
  finishedAt: Date | null;
  /** The run that it shares its beginning with, and the last iteration of that; null for one of its own. */
  fork: { run: string; iteration: number } | null;
}

/** Where a new run leaves another one. */
export interface Forking {
  run: string;
  iteration: number;
  /** The phases that are shared, the first ones of both runs. */
  past: readonly Phase[];
}

export interface RunOpening {
  run: string;
  config: RunConfig;
  /** SHA-256 of the prepared data, by competition. */
  fingerprints: Record<string, string>;
  roots: readonly { address: string; competition: string }[];
  /** For a new run: whose beginning it shares; null for one of its own. */
  fork?: Forking | null;
  /** For a new run of its own: where it takes its first weights from. null for fresh ones and no series. */
  series?: Series | null;
}

/**
 * Writes the run's row and what it begins with: its root states and the weights of its series, or all that a fork
 * shares. Or finds them: then the config must be the same, and a run that was stopped is running again.
 * @throws ConfigMismatchError naming the first field that differs; ForkTooEarlyError; OtherEngineError.
 */
export function openRun(db: Database, opening: RunOpening): Promise<RunRecord> {
  const { run, config, fingerprints, fork } = opening;
  const body = async (tx: pg.ClientBase): Promise<RunRecord> => {
    const { rowCount } = await tx.query(
      `INSERT INTO runs (run, config, fingerprints, forked_from, forked_iteration)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [
        ...[run, JSON.stringify(config), JSON.stringify(fingerprints)],
        ...[fork?.run ?? null, fork?.iteration ?? null],
      ],
    );
    if (rowCount !== 1) await takeUp(tx, opening);
    else if (fork) await shareBeginning(tx, opening, fork);
    else await storeBeginning(tx, opening);
    return recordOf(await lockedRow(tx, run));
  };
  return transaction(db, body, fork ? oneMoment : '');
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

const recordOf = (row: RunRow): RunRecord => ({
  run: row.run,
  config: row.config,
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

const lockedRow = (tx: pg.ClientBase, run: string): Promise<RunRow> =>
  readRow(tx, run, 'FOR NO KEY UPDATE');

async function readRow(tx: pg.ClientBase, run: string, lock = ''): Promise<RunRow> {
  const { rows } = await tx.query<RunRow>(`SELECT * FROM runs WHERE run = $1 ${lock}`, [run]);
  if (!rows[0]) throw new UnknownRunError(run);
  return rows[0];
}

async function storeBeginning(tx: pg.ClientBase, opening: RunOpening): Promise<void> {
  await storeRoots(tx, opening);
  const { run, config, series } = opening;
  if (series) await storeOrigin(tx, run, config, series);
}

const storeRoots = (tx: pg.ClientBase, { run, roots }: RunOpening): Promise<void> =>
  insertRows(
    tx,
    'states',
    ['run', 'address', 'competition', 'kind', 'depth', 'born_iteration'],
    roots.map(({ address, competition }) => [run, address, competition, 'draft', 0, 0]),
  );

/** The parent must have come as far, on the same data. The fork is none of its series. */
async function shareBeginning(
  tx: pg.ClientBase,
  { run, fingerprints }: RunOpening,
  fork: Forking,
): Promise<void> {
  const parent = await readRow(tx, fork.run);
  if (parent.cursor < fork.past.length) throw new ForkTooEarlyError(fork.run, fork.iteration);
  refuseDifference(fork.run, 'fingerprints', parent.fingerprints, fingerprints);
  await copyRecord(tx, { from: fork.run, to: run }, reachOf(fork.past));
  await tx.query(
    `UPDATE runs SET cursor = $3, origin_run = parent.origin_run,
       origin_version = parent.origin_version, origin_sha256 = parent.origin_sha256,
       origin_state_path = parent.origin_state_path
     FROM runs AS parent WHERE runs.run = $1 AND parent.run = $2`,
    [run, fork.run, fork.past.length],
  );
}

/** What it began with stays; one that is asked for without its series keeps that, too. */
async function takeUp(tx: pg.ClientBase, opening: RunOpening): Promise<void> {
  const { run, config, fingerprints, fork, series } = opening;
  const stored = await lockedRow(tx, run);
  if (fork) {
    const { fork: known } = recordOf(stored);
    refuseDifference(run, 'forkOf', known, { run: fork.run, iteration: fork.iteration });
  }
  if (series) refuseDifference(run, 'series', stored.series, series.name);
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
