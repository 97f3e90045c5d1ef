import type { StateKind, Track } from '@ace/config/pure';
import type { Database } from './database.ts';

/** How far one group got. */
export interface GroupProgress {
  slot: number;
  competition: string;
  kind: StateKind;
  /** Attempts that are graded or lost. */
  closed: number;
}

/** Every group of an iteration (or evaluation), in slot order; reads no prompt and no completion. */
export async function groupProgress(
  db: Database,
  run: string,
  track: Track,
  iteration: number,
): Promise<GroupProgress[]> {
  const { rows } = await db.pool.query<GroupProgress>(
    `WITH closed AS (
       SELECT slot FROM grades WHERE (run, track, iteration) = ($1, $2, $3)
       UNION ALL SELECT slot FROM losses WHERE (run, track, iteration) = ($1, $2, $3))
     SELECT slot, competition, kind,
       (SELECT count(*) FROM closed WHERE closed.slot = groups.slot) AS closed
     FROM groups WHERE (run, track, iteration) = ($1, $2, $3) ORDER BY slot`,
    [run, track, iteration],
  );
  return rows;
}
