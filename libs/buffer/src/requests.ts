import type { GroupAddress } from '@ace/config/pure';
import type pg from 'pg';
import { type Database, transaction } from './database.ts';
import { MissingRowError } from './errors.ts';
import { groupTitle } from './groups.ts';
import { groupKey, isGroup } from './keys.ts';

/**
 * Notes a sampling request that the engine took, so that a retry polls it and sends no other. A request
 * that stands already is not noted again.
 * @throws MissingRowError
 */
export function storeRequest(
  db: Database,
  group: GroupAddress,
  { requestId, seed }: { requestId: string; seed: number },
): Promise<void> {
  return transaction(db, async (tx) => {
    await lockGroup(tx, group);
    await tx.query(
      `INSERT INTO requests (run, track, iteration, slot, try, request_id, seed)
       SELECT $1, $2, $3, $4, 1 + count(*), $5, $6 FROM requests WHERE ${isGroup}
       HAVING count(*) FILTER (WHERE request_id = $5 AND lost_at IS NULL) = 0`,
      [...groupKey(group), requestId, seed],
    );
  });
}

/** The newest request that the engine has not forgotten, and how often one was sent; null without one. */
export async function lastRequest(
  db: Database,
  group: GroupAddress,
): Promise<{ requestId: string; tries: number } | null> {
  const { rows } = await db.pool.query<{ requestId: string; tries: number }>(
    `SELECT request_id AS "requestId", (SELECT count(*) FROM requests WHERE ${isGroup}) AS tries
     FROM requests WHERE ${isGroup} AND lost_at IS NULL ORDER BY try DESC LIMIT 1`,
    [...groupKey(group)],
  );
  return rows[0] ?? null;
}

/** The engine no longer knows the request: the next one is sent anew. */
export async function forgetRequest(
  db: Database,
  group: GroupAddress,
  requestId: string,
  why: string,
): Promise<void> {
  await db.pool.query(
    `UPDATE requests SET lost_at = clock_timestamp(), lost_why = $6
     WHERE ${isGroup} AND request_id = $5 AND lost_at IS NULL`,
    [...groupKey(group), requestId, why],
  );
}

/** One writer of a group's requests at a time, so that tries are numbered without gaps. */
async function lockGroup(tx: pg.ClientBase, group: GroupAddress): Promise<void> {
  const { rowCount } = await tx.query(`SELECT FROM groups WHERE ${isGroup} FOR NO KEY UPDATE`, [
    ...groupKey(group),
  ]);
  if (rowCount !== 1) throw new MissingRowError(groupTitle(group));
}
