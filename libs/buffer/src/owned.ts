import type { Database } from './database.ts';

/** Hosts that have executions of the run under way, by the record. */
export async function hostsExecuting(db: Database, run: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ host: string }>(
    'SELECT DISTINCT host FROM executions WHERE run = $1 AND ended_at IS NULL ORDER BY host',
    [run],
  );
  return rows.map(({ host }) => host);
}

/**
 * Hosts that may hold something of a run: those with an execution under way, and those that claimed one
 * within `days`; the latest claim first, at most `limit` of them.
 */
export async function executionHosts(db: Database, days: number, limit: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ host: string }>(
    `SELECT host FROM executions
     WHERE ended_at IS NULL OR claimed_at > clock_timestamp() - make_interval(days => $1)
     GROUP BY host ORDER BY max(claimed_at) DESC, host LIMIT $2`,
    [days, limit],
  );
  return rows.map(({ host }) => host);
}
