import { type Phase, phasesOf, type StateKind } from '@ace/config/pure';
import type { Database } from './database.ts';
import { type IterationCounts, iterationCounts } from './report.ts';
import { type FailureRecord, readRun, type RunRecord, type RunStatus } from './runs.ts';

/** Attempts wanted and closed (graded or lost). */
export interface AttemptCount {
  total: number;
  closed: number;
}

/** What a live view shows. */
export interface Progress {
  status: RunStatus;
  failure: FailureRecord | null;
  cursor: number;
  /** The phase that may write; null when all are over. */
  phase: Phase | null;
  /** The newest iteration whose states are sampled; 0 before the first. */
  iteration: number;
  iterations: number;
  /** Of the iterations that are sampled and not evolved. */
  open: AttemptCount;
  /** Of all evaluations laid out so far. */
  evaluation: AttemptCount;
  /** Of all training iterations sampled so far. */
  training: AttemptCount;
  /** The newest evolved iteration; null before the first. */
  learned: IterationCounts | null;
  /** States that are in the buffer now, by kind. */
  liveStates: Record<StateKind, number>;
  startedAt: Date;
}

/** null when there is no such run (yet). */
export async function progress(db: Database, run: string): Promise<Progress | null> {
  const record = await readRun(db, run);
  if (!record) return null;
  const [attempts, newest, liveStates] = await Promise.all([
    attemptCounts(db, record),
    newestIterations(db, run),
    countLiveStates(db, run),
  ]);
  const counts = newest.evolved === null ? [] : await iterationCounts(db, run, newest.evolved);
  const { status, failure, cursor, config, createdAt } = record;
  return {
    ...{ status, failure, cursor, liveStates, startedAt: createdAt, ...attempts },
    phase: phasesOf(config)[cursor] ?? null,
    iteration: newest.sampled ?? 0,
    iterations: config.iterations,
    learned: counts[0] ?? null,
  };
}

async function attemptCounts(
  db: Database,
  { run, config }: RunRecord,
): Promise<Record<'open' | 'evaluation' | 'training', AttemptCount>> {
  const { rows } = await db.pool.query<GroupCounts>(
    `WITH closed AS (
       SELECT run, track, iteration, slot FROM grades WHERE run = $1
       UNION ALL SELECT run, track, iteration, slot FROM losses WHERE run = $1),
     closed_groups AS (
       SELECT run, track, iteration, slot, count(*) AS closed FROM closed GROUP BY 1, 2, 3, 4)
     SELECT track = 'train' AS training, i.run IS NULL AS open, count(*) AS groups,
       coalesce(sum(closed), 0)::bigint AS closed
     FROM groups
     LEFT JOIN iterations AS i USING (run, iteration)
     LEFT JOIN closed_groups USING (run, track, iteration, slot)
     WHERE run = $1 GROUP BY 1, 2`,
    [run],
  );
  const count = (size: number, isCounted: (row: GroupCounts) => boolean): AttemptCount => {
    const counted = rows.filter(isCounted);
    const sum = (of: (row: GroupCounts) => number) => counted.reduce((n, row) => n + of(row), 0);
    return { total: size * sum((row) => row.groups), closed: sum((row) => row.closed) };
  };
  const { groupSize, evaluation } = config;
  return {
    open: count(groupSize, ({ training, open }) => training && open),
    evaluation: count(evaluation.samplesPerCompetition, ({ training }) => !training),
    training: count(groupSize, ({ training }) => training),
  };
}

interface GroupCounts {
  training: boolean;
  /** Not evolved; of no meaning for evaluations. */
  open: boolean;
  groups: number;
  closed: number;
}

async function newestIterations(
  db: Database,
  run: string,
): Promise<{ sampled: number | null; evolved: number | null }> {
  const { rows } = await db.pool.query<{ sampled: number | null; evolved: number | null }>(
    `SELECT
       (SELECT max(iteration) FROM groups WHERE run = $1 AND track = 'train') AS sampled,
       (SELECT max(iteration) FROM iterations WHERE run = $1) AS evolved`,
    [run],
  );
  return rows[0]!;
}

async function countLiveStates(db: Database, run: string): Promise<Record<StateKind, number>> {
  const { rows } = await db.pool.query<{ kind: StateKind; states: number }>(
    `SELECT kind, count(*) AS states FROM states
     WHERE run = $1 AND evicted_iteration IS NULL GROUP BY kind`,
    [run],
  );
  const counts = { draft: 0, improve: 0, debug: 0 };
  for (const { kind, states } of rows) counts[kind] = states;
  return counts;
}
