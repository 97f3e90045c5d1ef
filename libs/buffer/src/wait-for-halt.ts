import { type Phase, PhaseKind } from '@ace/config/pure';
import type { Database } from './database.ts';
import { currentPhase } from './turns.ts';
import { type WaitOptions, waitUntil } from './wait-until.ts';

/** What of a run may still come while nothing new is admitted. */
export interface Admitted {
  /** Iterations, and evaluations of versions, up to this number. */
  upTo: number;
  /** Numbers of those among them that wait for a person. */
  blocked: readonly number[];
}

/**
 * Waits until all that is admitted has come as far as it can: the run's cursor stands at a phase that nobody will
 * do, and every attempt that somebody works on is graded or lost.
 */
export async function waitForHalt(
  db: Database,
  run: string,
  admitted: Admitted,
  options: WaitOptions,
): Promise<void> {
  await waitUntil(
    db,
    run,
    async () => ((await hasHalted(db, run, admitted)) ? true : null),
    options,
  );
}

async function hasHalted(db: Database, run: string, admitted: Admitted): Promise<boolean> {
  const phase = await currentPhase(db, run);
  return !(phase && mayCome(phase, admitted)) && (await areAttemptsClosed(db, run, admitted));
}

function mayCome({ kind, index }: Phase, { upTo, blocked }: Admitted): boolean {
  if (index > upTo) return false;
  return kind === PhaseKind.Finish ? blocked.length === 0 : !blocked.includes(index);
}

async function areAttemptsClosed(
  db: Database,
  run: string,
  { upTo, blocked }: Admitted,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `SELECT FROM completions
     LEFT JOIN grades USING (run, track, iteration, slot, sample)
     LEFT JOIN losses USING (run, track, iteration, slot, sample)
     WHERE run = $1 AND iteration <= $2 AND iteration <> ALL ($3)
       AND grades.run IS NULL AND losses.run IS NULL
     LIMIT 1`,
    [run, upTo, blocked],
  );
  return rowCount === 0;
}
