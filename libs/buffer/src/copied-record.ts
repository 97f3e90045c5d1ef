import { type Phase, PhaseKind } from '@ace/config/pure';
import type pg from 'pg';
import { tableRules } from './columns.ts';

/** How far a copied record goes; of each the newest iteration, or version, that is in it. */
export interface Reach {
  /** Whose states are chosen and whose attempts are made. */
  acted: number;
  /** Whose attempts' results, grades and losses are copied, as far as there are any. */
  executed: number;
  /** From which was learnt, and the version that it made. */
  learnt: number;
  /** Versions whose evaluation is copied. */
  evaluated: readonly number[];
}

/** What a run has stored once these phases, its first ones, are over. */
export function reachOf(past: readonly Phase[]): Reach {
  const indices = (wanted: PhaseKind): number[] =>
    past.filter(({ kind }) => kind === wanted).map(({ index }) => index);
  const acted = Math.max(0, ...indices(PhaseKind.Act));
  return {
    ...{ acted, executed: acted },
    learnt: Math.max(0, ...indices(PhaseKind.Learn)),
    evaluated: indices(PhaseKind.Evaluate),
  };
}

export interface CopyNames {
  from: string;
  to: string;
  /** The schema of `from`, where it is another than the transaction's. */
  schema?: string;
}

/**
 * Copies what a run stored to another one, whose row is there, under the same addresses. Checkpoints are not
 * copied: both name the same ones. Needs a transaction that sees one moment throughout.
 */
export async function copyRecord(
  tx: pg.ClientBase,
  { from, to, schema }: CopyNames,
  { acted, executed, learnt, evaluated }: Reach,
): Promise<void> {
  const prefix = schema === undefined ? '' : `"${schema}".`;
  for (const { table, rows, values } of copied) {
    const names = Object.keys(tableRules[table]!.columns).filter((column) => column !== 'run');
    await tx.query(
      `INSERT INTO ${table} (run, ${names.join(', ')})
       SELECT $2, ${names.map((name) => values?.[name] ?? name).join(', ')} FROM ${prefix}${table},
         (SELECT $3::int AS acted, $4::int AS executed, $5::int AS learnt, $6::int[] AS evaluated) AS reach
       WHERE run = $1 AND (${rows})`,
      [from, to, acted, executed, learnt, evaluated],
    );
  }
}

interface CopiedTable {
  table: string;
  /** Which of the run's rows. */
  rows: string;
  /** Columns whose value is another than the original's. */
  values?: Record<string, string>;
}

const ofEvaluations = `(track = 'evaluation' AND iteration = ANY (evaluated))`;
const ofActs = `(track = 'train' AND iteration <= acted) OR ${ofEvaluations}`;
const ofExecutions = `(track = 'train' AND iteration <= executed) OR ${ofEvaluations}`;
const ofLearning = 'iteration <= learnt';
const ofVersions = 'version <= learnt';
const evictedByThen = (column: string): string =>
  `CASE WHEN evicted_iteration <= learnt THEN ${column} END`;

/** In an order in which every row finds what it refers to. What was under way is not copied: it is done anew. */
const copied: readonly CopiedTable[] = [
  { table: 'limit_changes', rows: 'true' },
  { table: 'groups', rows: ofActs },
  { table: 'completions', rows: ofActs },
  { table: 'executions', rows: `outcome = 'finished' AND (${ofExecutions})` },
  { table: 'results', rows: ofExecutions },
  { table: 'grades', rows: ofExecutions },
  { table: 'losses', rows: ofExecutions },
  { table: 'iterations', rows: ofLearning },
  { table: 'rewards', rows: ofLearning },
  { table: 'group_outcomes', rows: ofLearning },
  {
    table: 'states',
    rows: 'born_iteration <= learnt',
    values: {
      evicted_iteration: evictedByThen('evicted_iteration'),
      evicted_reason: evictedByThen('evicted_reason'),
    },
  },
  { table: 'state_statistics', rows: ofLearning },
  { table: 'priors', rows: ofLearning },
  { table: 'decisions', rows: ofLearning },
  { table: 'versions', rows: ofVersions },
  { table: 'update_metrics', rows: ofVersions },
];

/** All tables about a run that a copy may hold, those first to which nothing refers. */
export const tablesOfRuns: readonly string[] = [
  ...['requests', 'epochs'],
  ...copied.map(({ table }) => table).reverse(),
  'runs',
];
