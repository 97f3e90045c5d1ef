import type pg from 'pg';
import { type Database, transaction } from './database.ts';
import { EpochLostError, UnknownRunError } from './errors.ts';

/**
 * Claims the epoch after `expected` for a model of the caller, who is on `host`: older ones may neither send
 * nor publish, and the row of the one before says who took its place. Returns the claimed epoch.
 * @throws EpochLostError when somebody else claimed one since `expected` was read, UnknownRunError.
 */
export function claimEpoch(
  db: Database,
  run: string,
  expected: number,
  host: string,
): Promise<number> {
  return transaction(db, async (tx) => {
    const { rowCount } = await tx.query(
      'UPDATE runs SET epoch = epoch + 1 WHERE run = $1 AND epoch = $2',
      [run, expected],
    );
    if (rowCount !== 1) throw new EpochLostError(run, expected, await readEpoch(tx, run));
    const epoch = expected + 1;
    await tx.query(
      'UPDATE epochs SET ended_at = clock_timestamp(), why = $3 WHERE run = $1 AND epoch = $2',
      [run, expected, `superseded by epoch ${epoch} of ${host}`],
    );
    await tx.query('INSERT INTO epochs (run, epoch, host) VALUES ($1, $2, $3)', [run, epoch, host]);
    return epoch;
  });
}

/**
 * 0 before the first.
 * @throws UnknownRunError
 */
export const currentEpoch = (db: Database, run: string): Promise<number> => readEpoch(db.pool, run);

/** The same, inside a transaction. */
export async function readEpoch(queryable: pg.Pool | pg.ClientBase, run: string): Promise<number> {
  const { rows } = await queryable.query<{ epoch: number }>(
    'SELECT epoch FROM runs WHERE run = $1',
    [run],
  );
  if (!rows[0]) throw new UnknownRunError(run);
  return rows[0].epoch;
}
