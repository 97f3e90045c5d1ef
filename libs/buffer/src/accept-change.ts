import {
  type AcceptedChange,
  type HeldLimits,
  type LimitChange,
  limitProblems,
  PhaseKind,
  phasesOf,
  type RunConfig,
  withLimits,
} from '@ace/config/pure';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { type Database, transaction } from './database.ts';
import { LimitsRefusedError } from './errors.ts';
import { lockedRow, recordOf, type RunRecord } from './runs.ts';

export interface AskedChange {
  run: string;
  /** Whoever asks under the same one again gets the same answer. */
  updateId: string;
  /** The newest iteration that the asker has begun; the record may know of later ones. */
  admitted: number;
  change: LimitChange;
}

/**
 * Stores a change of a run's limits, or finds it; says what holds then. It holds of no iteration that has begun:
 * whose states are chosen, or that the asker has begun. `check` throws where the config cannot be as it would be.
 * @throws LimitsRefusedError, UnknownRunError, and what `check` throws; then nothing is stored.
 */
export function acceptChange(
  db: Database,
  asked: AskedChange,
  check: (config: RunConfig) => void,
): Promise<HeldLimits> {
  return transaction(db, async (tx) => {
    const record = recordOf(await lockedRow(tx, asked.run));
    const known = await changeOf(tx, asked, record);
    if (known) {
      refuseOther(known, asked);
      return heldLimits(record.config, known);
    }
    const accepted = await accept(tx, asked, record);
    const config = withLimits(record.asked, [...record.changes, accepted]);
    check(config);
    refuseOtherPast(record, config);
    await insert(tx, asked, accepted);
    return heldLimits(config, accepted);
  });
}

const heldLimits = (config: RunConfig, { fromIteration }: AcceptedChange): HeldLimits => ({
  fromIteration,
  groups: config.groups,
  iterations: config.iterations,
  learningRate: config.update.learningRate,
});

async function changeOf(
  tx: pg.ClientBase,
  { run, updateId }: AskedChange,
  { changes }: RunRecord,
): Promise<AcceptedChange | undefined> {
  const { rows } = await tx.query<{ number: number }>(
    'SELECT number FROM limit_changes WHERE run = $1 AND update_id = $2',
    [run, updateId],
  );
  return changes.find(({ number }) => number === rows[0]?.number);
}

/** One that did not say from where may have been given any iteration. */
function refuseOther(known: AcceptedChange, { run, updateId, change }: AskedChange): void {
  const again = rowOf(known.number, change, known.fromIteration);
  if (isDeepStrictEqual(again, known)) return;
  throw new LimitsRefusedError(
    run,
    `the update of the id ${JSON.stringify(updateId)} asked for something else before`,
  );
}

async function accept(
  tx: pg.ClientBase,
  { run, admitted, change }: AskedChange,
  { status, config, cursor, changes }: RunRecord,
): Promise<AcceptedChange> {
  if (status === 'finished') throw new LimitsRefusedError(run, 'the run is finished');
  const acted = phasesOf(config)
    .slice(0, cursor)
    .filter(({ kind }) => kind === PhaseKind.Act).length;
  const begun = Math.max(admitted, acted, await newestChosen(tx, run));
  const problems = limitProblems(change, { begun, iterations: config.iterations });
  if (problems.length > 0) throw new LimitsRefusedError(run, problems.join('; '));
  return rowOf(changes.length + 1, change, begun + 1);
}

const rowOf = (number: number, change: LimitChange, otherwiseFrom: number): AcceptedChange => ({
  number,
  fromIteration: change.fromIteration ?? otherwiseFrom,
  groups: change.groups ?? null,
  iterations: change.iterations ?? null,
  learningRate: change.learningRate ?? null,
});

/** Its states may be chosen while its act is not over. */
async function newestChosen(tx: pg.ClientBase, run: string): Promise<number> {
  const { rows } = await tx.query<{ newest: number | null }>(
    `SELECT max(iteration) AS newest FROM groups WHERE run = $1 AND track = 'train'`,
    [run],
  );
  return rows[0]?.newest ?? 0;
}

/** What is over stays where it is in the order of phases: the cursor is an index into it. */
function refuseOtherPast({ run, config, cursor }: RunRecord, changed: RunConfig): void {
  const [past, then] = [config, changed].map((one) => phasesOf(one).slice(0, cursor));
  if (isDeepStrictEqual(past, then)) return;
  throw new LimitsRefusedError(run, 'phases that are over would come in another order');
}

async function insert(
  tx: pg.ClientBase,
  { run, updateId }: AskedChange,
  { number, fromIteration, groups, iterations, learningRate }: AcceptedChange,
): Promise<void> {
  await tx.query(
    `INSERT INTO limit_changes
       (run, number, update_id, from_iteration, groups, iterations, learning_rate)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [run, number, updateId, fromIteration, groups, iterations, learningRate],
  );
}
