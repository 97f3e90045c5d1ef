import {
  type AcceptedChange,
  type Phase,
  phasesOf,
  type RunConfig,
  withLimits,
} from '@ace/config/pure';
import type pg from 'pg';
import { type Database, transaction } from './database.ts';
import { OutOfTurnError, UnknownPhaseError, UnknownRunError } from './errors.ts';
import { changesColumn } from './limit-changes.ts';
import { lockRun } from './runs.ts';

/** Where a phase stands to the run's cursor. */
export type PhaseStanding = 'before' | 'now' | 'past';

/** What {@link inPhase} did: `done` when the phase was over before. */
export type InPhase<T> = { done: true } | { done: false; value: T };

/** Channel on which every change that somebody may wait for is told; the payload is the run. */
export const turnChannel = 'ace_turn';

/**
 * Runs `body` in a transaction that holds the run's row, if the run's cursor stands at `phase`; so no two
 * writers of a run are at work at once, and nobody writes out of turn. With `last` the cursor moves on in
 * the same transaction. A phase that is over is left alone. `body` queries through `tx` alone.
 * @throws OutOfTurnError when the phase's turn has not come, UnknownRunError, UnknownPhaseError.
 */
export function inPhase<T>(
  db: Database,
  run: string,
  phase: Phase,
  body: (tx: pg.PoolClient) => Promise<T>,
  { last = false }: { last?: boolean } = {},
): Promise<InPhase<T>> {
  return transaction(db, async (tx) => {
    await lockRun(tx, run);
    const row = await readTurn(tx, run);
    const standing = standingOf(run, row, phase);
    if (standing === 'past') return { done: true };
    if (standing === 'before') {
      throw new OutOfTurnError(run, phase, phasesOf(row.config)[row.cursor] ?? null);
    }
    const value = await body(tx);
    if (last) await moveOn(tx, run);
    return { done: false, value };
  });
}

/** @throws UnknownRunError, UnknownPhaseError */
export async function phaseStanding(
  db: Database,
  run: string,
  phase: Phase,
): Promise<PhaseStanding> {
  return standingOf(run, await readTurn(db.pool, run), phase);
}

/** The phase that may write; null when all are over. @throws UnknownRunError */
export async function currentPhase(db: Database, run: string): Promise<Phase | null> {
  const { cursor, config } = await readTurn(db.pool, run);
  return phasesOf(config)[cursor] ?? null;
}

/** Wakes whoever waits for something of this run, when the transaction commits. */
export async function wake(tx: pg.ClientBase, run: string): Promise<void> {
  await tx.query('SELECT pg_notify($1, $2)', [turnChannel, run]);
}

interface Turn {
  cursor: number;
  /** As it is now. */
  config: RunConfig;
}

async function readTurn(queryable: pg.Pool | pg.ClientBase, run: string): Promise<Turn> {
  const { rows } = await queryable.query<Turn & { changes: AcceptedChange[] }>(
    `SELECT cursor, config, ${changesColumn} FROM runs WHERE run = $1`,
    [run],
  );
  if (!rows[0]) throw new UnknownRunError(run);
  const { cursor, config, changes } = rows[0];
  return { cursor, config: withLimits(config, changes) };
}

function standingOf(run: string, { cursor, config }: Turn, phase: Phase): PhaseStanding {
  const place = phasesOf(config).findIndex(
    ({ kind, index }) => kind === phase.kind && index === phase.index,
  );
  if (place < 0) throw new UnknownPhaseError(run, phase);
  if (place === cursor) return 'now';
  return place < cursor ? 'past' : 'before';
}

async function moveOn(tx: pg.ClientBase, run: string): Promise<void> {
  await tx.query('UPDATE runs SET cursor = cursor + 1 WHERE run = $1', [run]);
  await wake(tx, run);
}
