import { type Database, listRuns, type RunRecord } from '@ace/buffer';
import { nearestNames } from '@ace/config';
import { RunRefusedError } from '../errors.ts';

/**
 * The named run, or the newest where none is named.
 * @throws {@link RunRefusedError} with the nearest names when there is no such run.
 */
export async function findRun(db: Database, name?: string): Promise<RunRecord> {
  const records = await listRuns(db);
  const found = name === undefined ? records[0] : records.find(({ run }) => run === name);
  if (found) return found;
  const names = records.map(({ run }) => run);
  throw new RunRefusedError(name ?? null, whyNot(name ?? '', names));
}

function whyNot(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'there is no run yet; npm start makes one';
  const near = nearestNames(name, names);
  if (near.length > 0) return `there is no such run; the nearest are ${near.join(', ')}`;
  return `there is no such run; the newest are ${names.slice(0, 3).join(', ')}`;
}
