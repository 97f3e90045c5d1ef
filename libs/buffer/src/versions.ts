import type { Phase } from '@ace/config/pure';
import type pg from 'pg';
import type { Database } from './database.ts';
import { readEpoch } from './epochs.ts';
import { EpochLostError, MissingRowError, NotDeterministicError } from './errors.ts';
import { insertRows } from './insert-rows.ts';
import { inPhase } from './turns.ts';

/** A published policy version. */
export interface VersionRow {
  version: number;
  /** The epoch that made it. */
  epoch: number;
  /** Of the checkpoint's bytes; null where the engine does not tell. */
  sha256: string | null;
  /** What the engine loads to train on. */
  statePath: string;
  /** What the engine samples with. */
  samplerPath: string;
}

/** One optimiser step, addressed by the pass over the batch (`epoch`) and the minibatch, both from 0. */
export interface UpdateStep {
  epoch: number;
  minibatch: number;
  metrics: Record<string, number>;
}

export interface Publication extends VersionRow {
  steps: readonly UpdateStep[];
}

/**
 * Publishes a version by one row, with the metrics of its update, and moves the run's cursor on. A version
 * that is published stays as it is. Returns what is stored.
 * @throws EpochLostError, NotDeterministicError when the published version has another hash, OutOfTurnError.
 */
export async function publishVersion(
  db: Database,
  run: string,
  phase: Phase,
  publication: Publication,
): Promise<VersionRow> {
  const publish = async (tx: pg.ClientBase): Promise<void> => {
    const current = await readEpoch(tx, run);
    if (current !== publication.epoch) throw new EpochLostError(run, publication.epoch, current);
    await insertVersion(tx, run, publication);
    await insertMetrics(tx, run, publication);
  };
  await inPhase(db, run, phase, publish, { last: true });
  const stored = await readVersion(db, run, publication.version);
  if (!stored) throw new MissingRowError(`version ${publication.version} of run "${run}"`);
  if (stored.sha256 === publication.sha256) return stored;
  throw new NotDeterministicError(run, stored.version, stored.sha256, publication.sha256);
}

/** null before it was published. */
export async function readVersion(
  db: Database,
  run: string,
  version: number,
): Promise<VersionRow | null> {
  const { rows } = await db.pool.query<VersionRow>(
    `SELECT ${versionFields} FROM versions WHERE (run, version) = ($1, $2)`,
    [run, version],
  );
  return rows[0] ?? null;
}

/** null before the first. */
export async function latestVersion(db: Database, run: string): Promise<VersionRow | null> {
  const { rows } = await db.pool.query<VersionRow>(
    `SELECT ${versionFields} FROM versions WHERE run = $1 ORDER BY version DESC LIMIT 1`,
    [run],
  );
  return rows[0] ?? null;
}

/** Every checkpoint path that a version of any run names: the others may be swept. */
export async function namedCheckpoints(db: Database): Promise<Set<string>> {
  const { rows } = await db.pool.query<{ path: string }>(
    'SELECT state_path AS path FROM versions UNION SELECT sampler_path FROM versions',
  );
  return new Set(rows.map(({ path }) => path));
}

const versionFields =
  'version, epoch, sha256, state_path AS "statePath", sampler_path AS "samplerPath"';

const insertVersion = (tx: pg.ClientBase, run: string, row: VersionRow): Promise<void> =>
  insertRows(
    tx,
    'versions',
    ['run', 'version', 'epoch', 'sha256', 'state_path', 'sampler_path'],
    [[run, row.version, row.epoch, row.sha256, row.statePath, row.samplerPath]],
  );

const insertMetrics = (
  tx: pg.ClientBase,
  run: string,
  { version, steps }: Publication,
): Promise<void> =>
  insertRows(
    tx,
    'update_metrics',
    ['run', 'version', 'pass', 'minibatch', 'name', 'value'],
    steps.flatMap(({ epoch, minibatch, metrics }) =>
      Object.entries(metrics).map(([name, value]) => [run, version, epoch, minibatch, name, value]),
    ),
  );
