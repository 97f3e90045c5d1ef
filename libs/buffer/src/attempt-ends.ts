import type { GroupAddress } from '@ace/config/pure';
import type { Database } from './database.ts';
import { groupKey, isGroup } from './keys.ts';

/** What came of an attempt. */
export interface AttemptEnd {
  sample: number;
  /** `valid`, why it is not, or `lost`; null while it is open. */
  end: string | null;
}

/** Of every attempt of the group that is stored, in order of samples; reads no completion. */
export async function attemptEnds(db: Database, group: GroupAddress): Promise<AttemptEnd[]> {
  const { rows } = await db.pool.query<AttemptEnd>(
    `SELECT sample,
       CASE WHEN losses.run IS NOT NULL THEN 'lost' WHEN valid THEN 'valid' ELSE invalid_reason END AS end
     FROM completions
     LEFT JOIN grades USING (run, track, iteration, slot, sample)
     LEFT JOIN losses USING (run, track, iteration, slot, sample)
     WHERE ${isGroup} ORDER BY sample`,
    [...groupKey(group)],
  );
  return rows;
}
