import { type Phase, PhaseKind } from '@ace/config/pure';
import type { Database } from './database.ts';
import { phaseStanding } from './turns.ts';
import { type WaitOptions, waitUntil } from './wait-until.ts';

/**
 * Waits until `phase` may write (`now`) or is over (`past`). `learn` also waits until every attempt of its
 * iteration is graded or lost, `finish` until every attempt of the run is.
 */
export const waitForTurn = (
  db: Database,
  run: string,
  phase: Phase,
  options: WaitOptions,
): Promise<'now' | 'past'> => waitUntil(db, run, () => turnOf(db, run, phase), options);

/** null while the phase has to wait. */
async function turnOf(db: Database, run: string, phase: Phase): Promise<'now' | 'past' | null> {
  const standing = await phaseStanding(db, run, phase);
  if (standing === 'past') return 'past';
  return standing === 'now' && (await areAttemptsClosed(db, run, phase)) ? 'now' : null;
}

async function areAttemptsClosed(db: Database, run: string, phase: Phase): Promise<boolean> {
  if (phase.kind !== PhaseKind.Learn && phase.kind !== PhaseKind.Finish) return true;
  const { rowCount } = await db.pool.query(
    `SELECT FROM completions
     LEFT JOIN grades USING (run, track, iteration, slot, sample)
     LEFT JOIN losses USING (run, track, iteration, slot, sample)
     WHERE run = $1 AND ($2::integer IS NULL OR (track, iteration) = ('train', $2))
       AND grades.run IS NULL AND losses.run IS NULL
     LIMIT 1`,
    [run, phase.kind === PhaseKind.Learn ? phase.index : null],
  );
  return rowCount === 0;
}
