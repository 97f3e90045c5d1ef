import { type Database, listRuns, type RunRecord } from '@ace/buffer';
import { RunRefusedError } from '../errors.ts';
import { nearestNames } from '../input/run-name.ts';

/**
 * The named run, or the newest where none is named.
 * @throws {@link RunRefusedError} with the nearest names when there is no such run.
 */
export async function findRun(db: Database, name?: string): Promise<RunRecord> {
  const records = await listRuns(db);
  const found = name === undefined ? records[0] : records.find(({ run }) => run === name);
  if (found) return found;
  if (records.length === 0) {
    throw new RunRefusedError(name ?? 'newest', 'there is no run yet; npm start makes one');
  }
  const names = records.map(({ run }) => run);
  const near = nearestNames(name ?? '', names);
  throw new RunRefusedError(
    name ?? '',
    near.length > 0
      ? `there is no such run; the nearest are ${near.join(', ')}`
      : `there is no such run; the newest are ${names.slice(0, 3).join(', ')}`,
  );
}
