import type { AcceptedChange } from '@ace/config/pure';
import type pg from 'pg';
import { LimitsChangedError } from './errors.ts';

/** Column of a query FROM runs: the changes of the run's limits, in the order accepted. */
export const changesColumn = `(
  SELECT coalesce(json_agg(json_build_object(
    'number', number, 'fromIteration', from_iteration,
    'groups', groups, 'iterations', iterations, 'learningRate', learning_rate
  ) ORDER BY number), '[]')
  FROM limit_changes WHERE limit_changes.run = runs.run
) AS changes`;

/**
 * For the body of the transaction that stores the first rows of an iteration, which holds the run's row: the
 * changes by which they were made are still all that hold of it. No later change holds of an iteration that has rows.
 * @throws LimitsChangedError, after which it is to be made anew.
 */
export async function requireSameLimits(
  tx: pg.ClientBase,
  run: string,
  iteration: number,
  known: readonly AcceptedChange[],
): Promise<void> {
  const { rows } = await tx.query<{ changes: AcceptedChange[] }>(
    `SELECT ${changesColumn} FROM runs WHERE run = $1`,
    [run],
  );
  const holding = (changes: readonly AcceptedChange[]): number =>
    changes.filter(({ fromIteration }) => fromIteration <= iteration).length;
  if (holding(rows[0]?.changes ?? []) !== holding(known)) throw new LimitsChangedError(run);
}
