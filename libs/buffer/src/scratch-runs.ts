import { type Phase, PhaseKind, phasesOf } from '@ace/config/pure';
import type pg from 'pg';
import { copyRecord, tablesOfRuns } from './copied-record.ts';
import { type Database, oneMoment, transaction } from './database.ts';
import { UnknownPhaseError } from './errors.ts';
import { lockRun, readRow, recordOf } from './runs.ts';

export interface ScratchOpening {
  run: string;
  iteration: number;
  /** Name in the scratch schema. */
  as: string;
  /** Take the iteration's attempts as they are stored, instead of having them made again. */
  keepsAttempts: boolean;
}

/**
 * Copies into the scratch schema all that a run had stored before an iteration, and has it stand at the
 * iteration's act, or at its learn where the attempts are kept. A second call changes nothing.
 */
export function openScratchRun(
  db: Database,
  scratch: Database,
  { run, iteration, as, keepsAttempts }: ScratchOpening,
): Promise<void> {
  const body = async (tx: pg.ClientBase): Promise<void> => {
    const schema = await schemaOf(db);
    const { rowCount } = await tx.query(
      `INSERT INTO runs (run, config, fingerprints)
       SELECT $2, config, fingerprints FROM "${schema}".runs WHERE run = $1
       ON CONFLICT DO NOTHING`,
      [run, as],
    );
    if (rowCount !== 1) return;
    const before = iteration - 1;
    const acted = keepsAttempts ? iteration : before;
    const reach = { acted, executed: before, learnt: before, evaluated: [] };
    await copyRecord(tx, { from: run, to: as, schema }, reach);
    const kind = keepsAttempts ? PhaseKind.Learn : PhaseKind.Act;
    await standAt(tx, as, { kind, index: iteration });
  };
  return transaction(scratch, body, oneMoment);
}

/** Lets learn(`iteration`) write next: what would come before it in a pipeline is not done again. */
export function turnToLearning(scratch: Database, as: string, iteration: number): Promise<void> {
  return transaction(scratch, async (tx) => {
    const phase = { kind: PhaseKind.Learn, index: iteration };
    if (await lockRun(tx, as)) await standAt(tx, as, phase);
  });
}

/** Runs of the scratch schema that are older than `days`: what terminated verifications left. */
export async function oldScratchRuns(scratch: Database, days: number): Promise<string[]> {
  const { rows } = await scratch.pool.query<{ run: string }>(
    'SELECT run FROM runs WHERE created_at < clock_timestamp() - make_interval(days => $1)',
    [days],
  );
  return rows.map(({ run }) => run);
}

/** Removes a run from the scratch schema. */
export function dropScratchRun(scratch: Database, as: string): Promise<void> {
  return transaction(scratch, async (tx) => {
    for (const table of tablesOfRuns) await tx.query(`DELETE FROM ${table} WHERE run = $1`, [as]);
  });
}

async function standAt(tx: pg.ClientBase, run: string, phase: Phase): Promise<void> {
  const { config } = recordOf(await readRow(tx, run));
  const cursor = phasesOf(config).findIndex(
    ({ kind, index }) => kind === phase.kind && index === phase.index,
  );
  if (cursor < 0) throw new UnknownPhaseError(run, phase);
  await tx.query('UPDATE runs SET cursor = $2 WHERE run = $1', [run, cursor]);
}

async function schemaOf(db: Database): Promise<string> {
  const { rows } = await db.pool.query<{ schema: string }>('SELECT current_schema() AS schema');
  return rows[0]!.schema;
}
