import { type Phase, PhaseKind } from '@ace/config/pure';
import type { Database } from './database.ts';
import { TurnListener } from './turn-listener.ts';
import { phaseStanding } from './turns.ts';

export interface WaitOptions {
  /** How often the database is asked when no notification comes, milliseconds. */
  pollMs: number;
  /** Aborting it ends the wait with the signal's reason. */
  signal: AbortSignal;
  /** Called before each look at the database. */
  onPoll?: () => void;
}

/**
 * Waits until `phase` may write (`now`) or is over (`past`). `learn` also waits until every attempt of its
 * iteration is graded or lost, `finish` until every attempt of the run is. Wakes by notification at once;
 * without one, or without a connection for them, by polling.
 */
export async function waitForTurn(
  db: Database,
  run: string,
  phase: Phase,
  { pollMs, signal, onPoll }: WaitOptions,
): Promise<'now' | 'past'> {
  const listener = new TurnListener(db, run);
  try {
    for (;;) {
      signal.throwIfAborted();
      onPoll?.();
      // Listening comes before looking, so that what happens in between wakes.
      await listener.listen();
      const turn = await turnOf(db, run, phase);
      if (turn !== null) return turn;
      await listener.wait(pollMs, signal);
    }
  } finally {
    await listener.close();
  }
}

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
