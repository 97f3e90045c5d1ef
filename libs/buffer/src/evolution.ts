import type { Evolution } from '@ace/curriculum';
import { Track } from '@ace/config/pure';
import type pg from 'pg';
import type { Database } from './database.ts';
import { MissingRowError } from './errors.ts';
import { insertRows } from './insert-rows.ts';

/**
 * Stores all that learn(`iteration`) decided, and the mark that it did; a marked iteration is left alone.
 * For {@link inPhase}'s body, whose lock keeps two evolutions apart.
 */
export async function storeEvolution(
  tx: pg.ClientBase,
  run: string,
  iteration: number,
  evolution: Evolution,
): Promise<void> {
  const { rowCount } = await tx.query(
    'INSERT INTO iterations (run, iteration) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [run, iteration],
  );
  if (rowCount === 0) return;
  const at = [run, iteration] as const;
  await storeRewards(tx, at, evolution.rewards);
  await storeGroupOutcomes(tx, at, evolution.groups);
  await storeBirths(tx, at, evolution.born);
  await storeEvictions(tx, at, evolution.evicted);
  await storeStatistics(tx, at, evolution.statistics);
  await storePriors(tx, at, evolution.priors);
  await storeDecisions(tx, at, evolution.decisions);
}

export async function isEvolved(db: Database, run: string, iteration: number): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    'SELECT FROM iterations WHERE (run, iteration) = ($1, $2)',
    [run, iteration],
  );
  return rowCount === 1;
}

/** One attempt of an update. */
export interface BatchRow {
  slot: number;
  sample: number;
  prompt: number[];
  tokens: number[];
  logprobs: number[];
  advantage: number;
}

/**
 * The attempts that the update of an iteration uses, in address order; none when no group carried a gradient.
 * @throws MissingRowError before the iteration was evolved.
 */
export async function readBatch(db: Database, run: string, iteration: number): Promise<BatchRow[]> {
  if (!(await isEvolved(db, run, iteration))) {
    throw new MissingRowError(`the evolution of iteration ${iteration} of run "${run}"`);
  }
  const { rows } = await db.pool.query<BatchRow>(
    `SELECT slot, sample, prompt, tokens, logprobs, advantage
     FROM rewards
     JOIN completions USING (run, iteration, slot, sample)
     JOIN groups USING (run, track, iteration, slot)
     WHERE run = $1 AND iteration = $2 AND track = $3 AND used
     ORDER BY slot, sample`,
    [run, iteration, Track.Train],
  );
  return rows;
}

type At = readonly [run: string, iteration: number];

const storeRewards = (tx: pg.ClientBase, at: At, rewards: Evolution['rewards']): Promise<void> =>
  insertRows(
    tx,
    'rewards',
    ['run', 'iteration', 'slot', 'sample', 'reward', 'advantage', 'used', 'reason'],
    rewards.map((r) => [...at, r.slot, r.sample, r.reward, r.advantage, r.used, r.reason]),
  );

const storeGroupOutcomes = (tx: pg.ClientBase, at: At, groups: Evolution['groups']) =>
  insertRows(
    tx,
    'group_outcomes',
    ['run', 'iteration', 'slot', 'mean', 'variance', 'valid_rate', 'outcome'],
    groups.map((g) => [...at, g.slot, g.mean, g.variance, g.validRate, g.outcome]),
  );

function storeBirths(tx: pg.ClientBase, [run, iteration]: At, born: Evolution['born']) {
  return insertRows(
    tx,
    'states',
    [
      ...['run', 'address', 'competition', 'kind', 'depth', 'born_iteration', 'slot', 'sample'],
      ...['parent_address', 'code_hash'],
    ],
    born.map((state) => [
      ...[run, state.address, state.competition, state.kind, state.depth, iteration],
      ...attemptOf(state.address, iteration),
      ...[state.parentAddress, state.codeHash],
    ]),
  );
}

/** Slot and sample of the train attempt that a child's address names. */
function attemptOf(address: string, iteration: number): [slot: number, sample: number] {
  const [born, slot, sample, ...rest] = address.split('.').map(Number);
  const isAddress = rest.length === 0 && [slot, sample].every(Number.isInteger);
  if (born === iteration && isAddress) return [slot!, sample!];
  throw new RangeError(`state ${address} is not the child of an attempt of iteration ${iteration}`);
}

async function storeEvictions(
  tx: pg.ClientBase,
  [run, iteration]: At,
  evicted: Evolution['evicted'],
): Promise<void> {
  const { rowCount } = await tx.query(
    `UPDATE states SET evicted_iteration = $2, evicted_reason = gone.reason
     FROM unnest($3::text[], $4::text[]) AS gone (address, reason)
     WHERE run = $1 AND states.address = gone.address AND evicted_iteration IS NULL`,
    [run, iteration, evicted.map((e) => e.address), evicted.map((e) => e.reason)],
  );
  if (rowCount === evicted.length) return;
  throw new MissingRowError(`one of the states that iteration ${iteration} of run "${run}" evicts`);
}

const storeStatistics = (tx: pg.ClientBase, at: At, statistics: Evolution['statistics']) =>
  insertRows(
    tx,
    'state_statistics',
    [
      ...['run', 'iteration', 'address', 'visits', 'mean', 'variance'],
      ...['last_visited_iteration', 'success_rate', 'children_variance'],
    ],
    statistics.map((s) => [
      ...[...at, s.address, s.visits, s.mean, s.variance],
      ...[s.lastVisitedIteration, s.successRate, s.childrenVariance],
    ]),
  );

const storePriors = (tx: pg.ClientBase, at: At, priors: Evolution['priors']): Promise<void> =>
  insertRows(
    tx,
    'priors',
    ['run', 'iteration', 'competition', 'kind', 'visits', 'mean', 'variance'],
    priors.map((p) => [...at, p.competition, p.kind, p.visits, p.mean, p.variance]),
  );

const storeDecisions = (tx: pg.ClientBase, at: At, decisions: Evolution['decisions']) =>
  insertRows(
    tx,
    'decisions',
    ['run', 'iteration', 'number', 'subject', 'decision', 'reason'],
    decisions.map((d, number) => [...at, number, d.subject, d.decision, d.reason]),
  );
