import { codeKey, type Prior, type StateView } from '@ace/curriculum';
import type { StateKind } from '@ace/config/pure';
import type { Database } from './database.ts';

/** A state with the attempt that it came from. */
export interface StateRow {
  address: string;
  competition: string;
  kind: StateKind;
  depth: number;
  bornIteration: number;
  /** null for a root. */
  parent: ParentRow | null;
}

/** The attempt that a state came from. Its address is the state's. */
export interface ParentRow {
  address: string;
  tokens: number[];
  codeSha: string;
  codeHash: string;
  /** Of the error that the program ended with, or why its submission is invalid; null when it worked. */
  errorType: string | null;
  validationScore: number | null;
  /** On the private answers: never for a prompt. */
  score: number | null;
}

/** States that were live after learn(`iteration`). */
const live = `run = $1 AND born_iteration <= $2
  AND (evicted_iteration IS NULL OR evicted_iteration > $2)`;

/**
 * The buffer as it stood after learn(`iteration`), in address order; 0 for the roots alone. The only way to
 * read it: it gives the same answer for ever.
 */
export async function bufferAsOf(
  db: Database,
  run: string,
  iteration: number,
): Promise<{ states: StateView[]; priors: Prior[] }> {
  const [states, priors] = await Promise.all([
    db.pool.query<StateView>(
      `SELECT address, competition, kind, depth, born_iteration AS "bornIteration",
         parent_address AS "parentAddress", coalesce(visits, 0) AS visits, mean, variance,
         last_visited_iteration AS "lastVisitedIteration", success_rate AS "successRate",
         children_variance AS "childrenVariance"
       FROM (SELECT * FROM states WHERE ${live}) AS live
       LEFT JOIN LATERAL (
         SELECT * FROM state_statistics AS s
         WHERE s.run = live.run AND s.address = live.address AND s.iteration <= $2
         ORDER BY s.iteration DESC LIMIT 1
       ) AS newest USING (run, address)
       ORDER BY address`,
      [run, iteration],
    ),
    db.pool.query<Prior>(
      `SELECT DISTINCT ON (competition, kind) competition, kind, visits, mean, variance
       FROM priors WHERE run = $1 AND iteration <= $2
       ORDER BY competition, kind, iteration DESC`,
      [run, iteration],
    ),
  ]);
  return { states: states.rows, priors: priors.rows };
}

/** How many states the buffer held after learn(`iteration`). */
export async function countStatesAsOf(
  db: Database,
  run: string,
  iteration: number,
): Promise<number> {
  const { rows } = await db.pool.query<{ states: number }>(
    `SELECT count(*) AS states FROM states WHERE ${live}`,
    [run, iteration],
  );
  return rows[0]!.states;
}

/** The states of these addresses that there are, in address order, live or not. */
export async function readStates(
  db: Database,
  run: string,
  addresses: readonly string[],
): Promise<StateRow[]> {
  const { rows } = await db.pool.query<JoinedState>(
    `SELECT address, competition, kind, depth, born_iteration, tokens, code_sha, states.code_hash,
       coalesce(error_type, invalid_reason) AS error_type, validation_score, score
     FROM states
     LEFT JOIN (
       completions
       LEFT JOIN results USING (run, track, iteration, slot, sample)
       LEFT JOIN grades USING (run, track, iteration, slot, sample)
     ) AS attempt
       ON (attempt.run, attempt.track, attempt.iteration, attempt.slot, attempt.sample)
         = (states.run, 'train', states.born_iteration, states.slot, states.sample)
     WHERE states.run = $1 AND address = ANY ($2)
     ORDER BY address`,
    [run, addresses],
  );
  return rows.map(stateRow);
}

/** Keys (competition, kind and hash of the normalised code) of the states live after learn(`iteration`). */
export async function liveCodes(
  db: Database,
  run: string,
  iteration: number,
): Promise<Set<string>> {
  const { rows } = await db.pool.query<{ competition: string; kind: StateKind; hash: string }>(
    `SELECT competition, kind, code_hash AS hash FROM states
     WHERE ${live} AND code_hash IS NOT NULL`,
    [run, iteration],
  );
  return new Set(rows.map(({ competition, kind, hash }) => codeKey(competition, kind, hash)));
}

interface JoinedState {
  address: string;
  competition: string;
  kind: StateKind;
  depth: number;
  born_iteration: number;
  /** null for a root, as is the rest of the parent's. */
  tokens: number[] | null;
  code_sha: string;
  code_hash: string;
  error_type: string | null;
  validation_score: number | null;
  score: number | null;
}

const stateRow = (row: JoinedState): StateRow => ({
  address: row.address,
  competition: row.competition,
  kind: row.kind,
  depth: row.depth,
  bornIteration: row.born_iteration,
  parent: row.tokens === null ? null : parentRow(row, row.tokens),
});

const parentRow = (row: JoinedState, tokens: number[]): ParentRow => ({
  address: row.address,
  tokens,
  codeSha: row.code_sha,
  codeHash: row.code_hash,
  errorType: row.error_type,
  validationScore: row.validation_score,
  score: row.score,
});
