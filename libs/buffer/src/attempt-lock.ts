import { type AttemptAddress, attemptName } from '@ace/config/pure';
import type pg from 'pg';
import { MissingRowError } from './errors.ts';
import { attemptKey, isAttempt } from './keys.ts';

/** How far an attempt has come. */
export interface AttemptStanding {
  hasResult: boolean;
  isGraded: boolean;
  isLost: boolean;
}

/**
 * Holds the attempt until the transaction ends: executions, results, grades and losses of one attempt are
 * written one after the other. Says how far it has come, as of now.
 * @throws MissingRowError
 */
export async function lockAttempt(
  tx: pg.ClientBase,
  attempt: AttemptAddress,
): Promise<AttemptStanding> {
  const { rowCount } = await tx.query(
    `SELECT FROM completions WHERE ${isAttempt} FOR NO KEY UPDATE`,
    [...attemptKey(attempt)],
  );
  if (rowCount !== 1) {
    throw new MissingRowError(`attempt ${attemptName(attempt)} of run "${attempt.run}"`);
  }
  // A statement of its own: it sees what was committed while the lock was waited for.
  const { rows } = await tx.query<AttemptStanding>(
    `SELECT EXISTS (SELECT FROM results WHERE ${isAttempt}) AS "hasResult",
       EXISTS (SELECT FROM grades WHERE ${isAttempt}) AS "isGraded",
       EXISTS (SELECT FROM losses WHERE ${isAttempt}) AS "isLost"`,
    [...attemptKey(attempt)],
  );
  return rows[0]!;
}
