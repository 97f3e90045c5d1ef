import type { AttemptAddress, Track } from '@ace/config/pure';
import type pg from 'pg';
import { lockAttempt } from './attempt-lock.ts';
import { type Database, transaction } from './database.ts';
import { AttemptClosedError } from './errors.ts';
import { attemptKey, isAttempt } from './keys.ts';

export const ExecutionOutcome = {
  /** Its result is stored. */
  Finished: 'finished',
  /** Killed by something that no limit of ours explains. */
  Lost: 'lost',
  /** Gone with its host or supervisor. */
  HostLost: 'host lost',
  /** A person stopped or cancelled what ran it. */
  Stopped: 'stopped',
} as const;
export type ExecutionOutcome = (typeof ExecutionOutcome)[keyof typeof ExecutionOutcome];

/** The one execution of an attempt that is under way. */
export interface ExecutionClaim {
  /** n, from 1. */
  execution: number;
  host: string;
  /** Whether `host` is the one that asked. */
  mine: boolean;
  /** How many executions of the attempt infrastructure has lost. */
  losses: number;
}

/**
 * The attempt's execution under way; without one, the next is claimed for `host`. Called before a sandbox
 * starts, so that every sandbox has a row.
 * @throws AttemptClosedError when the attempt has its result or is lost, MissingRowError.
 */
export const claimExecution = (
  db: Database,
  attempt: AttemptAddress,
  host: string,
): Promise<ExecutionClaim> => transaction(db, (tx) => claim(tx, attempt, host));

/**
 * Gives up the execution under way if `fromHost` has it, and claims the next for `host`. When somebody
 * else did so first, that one is returned. A host takes nothing over from itself: it finds its sandbox.
 * @throws AttemptClosedError, MissingRowError
 */
export function takeOverExecution(
  db: Database,
  attempt: AttemptAddress,
  fromHost: string,
  host: string,
): Promise<ExecutionClaim> {
  return transaction(db, async (tx) => {
    await lockAttempt(tx, attempt);
    if (fromHost !== host) {
      await tx.query(
        `UPDATE executions SET ended_at = clock_timestamp(), outcome = 'host lost', why = $7
         WHERE ${isAttempt} AND ended_at IS NULL AND host = $6`,
        [...attemptKey(attempt), fromHost, `taken over by ${host}`],
      );
    }
    return claim(tx, attempt, host);
  });
}

/** Ends an execution; one that ended before keeps its outcome. */
export async function endExecution(
  db: Database,
  attempt: AttemptAddress,
  execution: number,
  outcome: ExecutionOutcome,
  why: string,
): Promise<void> {
  await db.pool.query(
    `UPDATE executions SET ended_at = clock_timestamp(), outcome = $7, why = $8
     WHERE ${isAttempt} AND execution = $6 AND ended_at IS NULL`,
    [...attemptKey(attempt), execution, outcome, why],
  );
}

/** Ends every execution of the run that is under way as stopped. */
export async function stopExecutions(db: Database, run: string, why: string): Promise<void> {
  await db.pool.query(
    `UPDATE executions SET ended_at = clock_timestamp(), outcome = 'stopped', why = $2
     WHERE run = $1 AND ended_at IS NULL`,
    [run, why],
  );
}

/** How many of the attempt's executions were `lost` in a row, up to the last that ended. */
export async function lostExecutions(db: Database, attempt: AttemptAddress): Promise<number> {
  const { rows } = await db.pool.query<{ lost: number }>(
    `SELECT count(*) AS lost FROM executions
     WHERE ${isAttempt} AND outcome = 'lost' AND execution > (
       SELECT coalesce(max(execution), 0) FROM executions WHERE ${isAttempt} AND outcome <> 'lost')`,
    [...attemptKey(attempt)],
  );
  return rows[0]!.lost;
}

export interface OpenExecution {
  attempt: AttemptAddress;
  execution: number;
  host: string;
}

/** Executions under way, of all runs, on one host or on all, in address order. */
export async function openExecutions(db: Database, host?: string): Promise<OpenExecution[]> {
  const { rows } = await db.pool.query<AttemptAddress & { execution: number; host: string }>(
    `SELECT run, track, iteration, slot, sample, execution, host FROM executions
     WHERE ended_at IS NULL AND ($1::text IS NULL OR host = $1)
     ORDER BY run, iteration, track, slot, sample`,
    [host ?? null],
  );
  return rows.map(({ execution, host: on, ...attempt }) => ({ attempt, execution, host: on }));
}

/** Whether a sandbox of this name (see `attemptName`) belongs to an execution under way. */
export async function isOwned(
  db: Database,
  { run, attempt, execution }: { run: string; attempt: string; execution: number },
): Promise<boolean> {
  const address = parseAttemptName(attempt);
  if (!address) return false;
  const { rowCount } = await db.pool.query(
    `SELECT FROM executions WHERE ${isAttempt} AND execution = $6 AND ended_at IS NULL`,
    [...attemptKey({ run, ...address }), execution],
  );
  return rowCount === 1;
}

async function claim(
  tx: pg.ClientBase,
  attempt: AttemptAddress,
  host: string,
): Promise<ExecutionClaim> {
  const { hasResult, isLost } = await lockAttempt(tx, attempt);
  if (hasResult || isLost) throw new AttemptClosedError(attempt, hasResult ? 'result' : 'loss');
  await tx.query(
    `INSERT INTO executions (run, track, iteration, slot, sample, execution, host)
     SELECT $1, $2, $3, $4, $5, 1 + count(*), $6 FROM executions WHERE ${isAttempt}
     HAVING bool_and(ended_at IS NOT NULL) IS NOT FALSE`,
    [...attemptKey(attempt), host],
  );
  const { rows } = await tx.query<Omit<ExecutionClaim, 'mine'>>(
    `SELECT execution, host,
       (SELECT count(*) FROM executions
        WHERE ${isAttempt} AND outcome IN ('lost', 'host lost')) AS losses
     FROM executions WHERE ${isAttempt} AND ended_at IS NULL`,
    [...attemptKey(attempt)],
  );
  const open = rows[0]!;
  return { ...open, mine: open.host === host };
}

function parseAttemptName(name: string): Omit<AttemptAddress, 'run'> | null {
  const match = /^(train|evaluation)\.(\d+)\.(\d+)\.(\d+)$/.exec(name);
  if (!match) return null;
  const [iteration, slot, sample] = match.slice(2).map(Number) as [number, number, number];
  return { track: match[1] as Track, iteration, slot, sample };
}
