import type { Database } from '@ace/buffer';
import type { Client } from '@temporalio/client';

const attempt = 'run, track, iteration, slot, sample';

/** What says of itself that it is under way, or is owed its end. */
const underWay: Record<string, string> = {
  'run that is not over': `SELECT run AS what FROM runs
    WHERE status IN ('running', 'paused', 'stopping')`,
  'execution that has not ended': `SELECT concat_ws('/', ${attempt}, execution) AS what
    FROM executions WHERE ended_at IS NULL`,
  'attempt without a grade': `SELECT concat_ws('/', ${attempt}) AS what
    FROM completions LEFT JOIN grades g USING (${attempt}) LEFT JOIN losses l USING (${attempt})
    WHERE g.valid IS NULL AND l.why IS NULL`,
  'group without attempts': `SELECT concat_ws('/', run, track, iteration, slot) AS what
    FROM groups g WHERE NOT EXISTS (SELECT FROM completions c WHERE
      (c.run, c.track, c.iteration, c.slot) = (g.run, g.track, g.iteration, g.slot))`,
  'transaction that does nothing': `SELECT concat('backend ', pid) AS what FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'
      AND state_change < clock_timestamp() - interval '5 seconds'`,
};

/** Rows of the database, and workflows of Temporal, that a system leaves after all of its runs are over. */
export async function rowsOf(db: Database, client: Client): Promise<string[]> {
  const found: string[] = [];
  for (const [kind, query] of Object.entries(underWay)) {
    const { rows } = await db.pool.query<{ what: string }>(query);
    found.push(...rows.map(({ what }) => `${kind}: ${what}`));
  }
  for await (const { workflowId, type } of client.workflow.list({ query: open })) {
    found.push(`open workflow: ${type} ${workflowId}`);
  }
  return found;
}

const open = `ExecutionStatus = 'Running'`;
