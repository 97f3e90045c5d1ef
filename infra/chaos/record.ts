import type { Database } from '@ace/buffer';

/** What the record says of a run's executions. */
export interface ExecutionCounts {
  attempts: number;
  executions: number;
  /** How long a program ran on average, as its sandbox measured it: not what its start and its end took; null without any. */
  programSeconds: number | null;
  /** Iterations after the first, and how many of them acted before the last execution of the one before ended. */
  followers: number;
  overlapping: number;
}

export async function countExecutions(db: Database, run: string): Promise<ExecutionCounts> {
  const { rows } = await db.pool.query<ExecutionCounts>(
    `WITH acts AS (
       SELECT iteration, min(sent_at) AS began FROM requests
       WHERE run = $1 AND track = 'train' GROUP BY iteration),
     ends AS (
       SELECT iteration, max(ended_at) AS ended FROM executions
       WHERE run = $1 AND track = 'train' GROUP BY iteration)
     SELECT (SELECT count(*) FROM completions WHERE run = $1) AS attempts,
       (SELECT count(*) FROM executions WHERE run = $1) AS executions,
       (SELECT avg(wall_seconds) FROM results WHERE run = $1) AS "programSeconds",
       count(*) AS followers, count(*) FILTER (WHERE began < ended) AS overlapping
     FROM acts JOIN ends ON ends.iteration = acts.iteration - 1`,
    [run],
  );
  return rows[0]!;
}

/** Executions that were begun once more from `since` until `until`. */
export async function executionsAgain(
  db: Database,
  run: string,
  since: Date,
  until: Date,
): Promise<number> {
  const { rowCount } = await db.pool.query(
    `SELECT FROM executions
     WHERE run = $1 AND execution > 1 AND claimed_at >= $2 AND claimed_at < $3`,
    [run, since, until],
  );
  return rowCount ?? 0;
}

/** The newest iteration whose states are sampled; 0 before the first. */
export async function iterationOf(db: Database, run: string): Promise<number> {
  const { rows } = await db.pool.query<{ iteration: number | null }>(
    `SELECT max(iteration) AS iteration FROM groups WHERE run = $1 AND track = 'train'`,
    [run],
  );
  return rows[0]?.iteration ?? 0;
}
