import type { RunConfig, Series } from '@ace/config/pure';
import type pg from 'pg';
import { OtherEngineError } from './errors.ts';
import { firstValueDifference } from './value-difference.ts';

/** The version of an earlier run that a run begins with. */
export interface Origin {
  run: string;
  version: number;
  /** Of the checkpoint's bytes; null where the engine does not tell. */
  sha256: string | null;
  /** What the engine loads to train on. */
  statePath: string;
}

/**
 * Stores in the row of `run`, which the transaction has just written, its series and what it begins with: the
 * newest version of the newest other run of the series that has one. Later versions change nothing.
 * @throws OtherEngineError when that version was made on another engine.
 */
export async function storeOrigin(
  tx: pg.ClientBase,
  run: string,
  { engine }: Pick<RunConfig, 'engine'>,
  { name, startFrom }: Series,
): Promise<void> {
  const found = startFrom === 'newest' ? await newestVersion(tx, run, name) : null;
  if (found && firstValueDifference(found.engine, engine)) {
    throw new OtherEngineError(run, name, found, found.engine, engine);
  }
  await tx.query(
    `UPDATE runs SET series = $2, origin_run = $3, origin_version = $4, origin_sha256 = $5,
       origin_state_path = $6
     WHERE run = $1`,
    [run, name, found?.run, found?.version, found?.sha256, found?.statePath],
  );
}

/** Newest is what was opened last: a run that somebody took up again later is no newer for that. */
async function newestVersion(
  tx: pg.ClientBase,
  run: string,
  series: string,
): Promise<(Origin & Pick<RunConfig, 'engine'>) | null> {
  const { rows } = await tx.query<Origin & Pick<RunConfig, 'engine'>>(
    `SELECT run, version, sha256, state_path AS "statePath", config->'engine' AS engine
     FROM runs JOIN versions USING (run) WHERE series = $1 AND run <> $2
     ORDER BY created_at DESC, run DESC, version DESC LIMIT 1`,
    [series, run],
  );
  return rows[0] ?? null;
}
