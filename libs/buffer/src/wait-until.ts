import type { Database } from './database.ts';
import { TurnListener } from './turn-listener.ts';

export interface WaitOptions {
  /** How often the database is asked when no notification comes, milliseconds. */
  pollMs: number;
  /** Aborting it ends the wait with the signal's reason. */
  signal: AbortSignal;
  /** Called before each look at the database. */
  onPoll?: () => void;
}

/**
 * Waits until `look` finds something other than null. Wakes by notification of the run's changes at once; without
 * one, or without a connection for them, by polling.
 */
export async function waitUntil<T>(
  db: Database,
  run: string,
  look: () => Promise<T | null>,
  { pollMs, signal, onPoll }: WaitOptions,
): Promise<T> {
  const listener = new TurnListener(db, run);
  try {
    for (;;) {
      signal.throwIfAborted();
      onPoll?.();
      // Listening comes before looking, so that what happens in between wakes.
      await listener.listen();
      const found = await look();
      if (found !== null) return found;
      await listener.wait(pollMs, signal);
    }
  } finally {
    await listener.close();
  }
}
