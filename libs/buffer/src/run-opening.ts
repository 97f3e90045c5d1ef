import type { AcceptedChange, Phase, RunConfig, Series } from '@ace/config/pure';
import type pg from 'pg';
import { copyRecord, reachOf } from './copied-record.ts';
import { type Database, oneMoment, transaction } from './database.ts';
import { ConfigMismatchError, ForkTooEarlyError, LimitsChangedError } from './errors.ts';
import { insertRows } from './insert-rows.ts';
import { storeOrigin } from './origins.ts';
import { lockedRow, readRow, recordOf, type RunRecord } from './runs.ts';
import { firstValueDifference } from './value-difference.ts';

/** Where a new run leaves another one. */
export interface Forking {
  run: string;
  iteration: number;
  /** The phases that are shared, the first ones of both runs. */
  past: readonly Phase[];
  /** Of that run's limits, as the fork was resolved against. */
  changes: readonly AcceptedChange[];
}

export interface RunOpening {
  run: string;
  config: RunConfig;
  /** SHA-256 of the prepared data, by competition. */
  fingerprints: Record<string, string>;
  roots: readonly { address: string; competition: string }[];
  /** For a new run: whose beginning it shares; null for one of its own. */
  fork?: Forking | null;
  /** For a new run of its own: where it takes its first weights from. null for fresh ones and no series. */
  series?: Series | null;
}

/**
 * Writes the run's row and what it begins with: its root states and the weights of its series, or all that a fork
 * shares. Or finds them: then the config must be the same, and a run that was stopped is running again.
 * @throws ConfigMismatchError naming the first field that differs; ForkTooEarlyError; OtherEngineError;
 * LimitsChangedError when another run's limits were changed since the fork of it was resolved.
 */
export function openRun(db: Database, opening: RunOpening): Promise<RunRecord> {
  const { run, config, fingerprints, fork } = opening;
  const body = async (tx: pg.ClientBase): Promise<RunRecord> => {
    const { rowCount } = await tx.query(
      `INSERT INTO runs (run, config, fingerprints, forked_from, forked_iteration)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [
        ...[run, JSON.stringify(config), JSON.stringify(fingerprints)],
        ...[fork?.run ?? null, fork?.iteration ?? null],
      ],
    );
    if (rowCount !== 1) await takeUp(tx, opening);
    else if (fork) await shareBeginning(tx, opening, fork);
    else await storeBeginning(tx, opening);
    return recordOf(await lockedRow(tx, run));
  };
  return transaction(db, body, fork ? oneMoment : '');
}

async function storeBeginning(tx: pg.ClientBase, opening: RunOpening): Promise<void> {
  await storeRoots(tx, opening);
  const { run, config, series } = opening;
  if (series) await storeOrigin(tx, run, config, series);
}

const storeRoots = (tx: pg.ClientBase, { run, roots }: RunOpening): Promise<void> =>
  insertRows(
    tx,
    'states',
    ['run', 'address', 'competition', 'kind', 'depth', 'born_iteration'],
    roots.map(({ address, competition }) => [run, address, competition, 'draft', 0, 0]),
  );

/** The parent must have come as far, on the same data. The fork is none of its series. */
async function shareBeginning(
  tx: pg.ClientBase,
  { run, fingerprints }: RunOpening,
  fork: Forking,
): Promise<void> {
  const parent = await readRow(tx, fork.run);
  if (parent.cursor < fork.past.length) throw new ForkTooEarlyError(fork.run, fork.iteration);
  if (parent.changes.length !== fork.changes.length) throw new LimitsChangedError(fork.run);
  refuseDifference(fork.run, 'fingerprints', parent.fingerprints, fingerprints);
  await copyRecord(tx, { from: fork.run, to: run }, reachOf(fork.past));
  await tx.query(
    `UPDATE runs SET cursor = $3, origin_run = parent.origin_run,
       origin_version = parent.origin_version, origin_sha256 = parent.origin_sha256,
       origin_state_path = parent.origin_state_path
     FROM runs AS parent WHERE runs.run = $1 AND parent.run = $2`,
    [run, fork.run, fork.past.length],
  );
}

/** What it began with stays; one that is asked for without its series keeps that, too. */
async function takeUp(tx: pg.ClientBase, opening: RunOpening): Promise<void> {
  const { run, config, fingerprints, fork, series } = opening;
  const stored = await lockedRow(tx, run);
  if (fork) {
    const { fork: known } = recordOf(stored);
    refuseDifference(run, 'forkOf', known, { run: fork.run, iteration: fork.iteration });
  }
  if (series) refuseDifference(run, 'series', stored.series, series.name);
  refuseDifference(run, '', stored.config, config);
  refuseDifference(run, 'fingerprints', stored.fingerprints, fingerprints);
  await tx.query(
    `UPDATE runs SET status = 'running', failure = NULL WHERE run = $1 AND status <> 'finished'`,
    [run],
  );
}

/** `given` is compared as it would be stored: as JSON. */
function refuseDifference(run: string, root: string, stored: unknown, given: unknown): void {
  const asStored: unknown = JSON.parse(JSON.stringify(given));
  const difference = firstValueDifference(stored, asStored, root);
  if (!difference) return;
  throw new ConfigMismatchError(run, difference.path, difference.stored, difference.given);
}
