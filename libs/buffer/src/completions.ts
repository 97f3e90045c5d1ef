import type { GroupAddress, Phase } from '@ace/config/pure';
import type pg from 'pg';
import type { Database } from './database.ts';
import { insertRows } from './insert-rows.ts';
import { attemptColumns, groupKey, isGroup } from './keys.ts';
import { inPhase } from './turns.ts';

/** One attempt as the policy wrote it. */
export interface CompletionRow {
  sample: number;
  tokens: number[];
  /** Natural logs, one a token: float32 values as doubles, exactly. */
  logprobs: number[];
  /** Artifact of the rendered program. */
  codeSha: string;
  /** SHA-256 of the normalised program. */
  codeHash: string;
}

/**
 * Stores the attempts of a group as a whole; of two writers the first wins. What is used afterwards is what
 * {@link readCompletions} gives.
 * @throws OutOfTurnError
 */
export async function storeCompletions(
  db: Database,
  group: GroupAddress,
  phase: Phase,
  rows: readonly CompletionRow[],
): Promise<void> {
  await inPhase(db, group.run, phase, async (tx) => {
    if (await hasCompletions(tx, group)) return;
    await insertRows(
      tx,
      'completions',
      [...attemptColumns, 'tokens', 'logprobs', 'code_sha', 'code_hash'],
      rows.map((row) => [
        ...[...groupKey(group), row.sample],
        ...[row.tokens, row.logprobs, row.codeSha, row.codeHash],
      ]),
    );
  });
}

/** In order of samples; empty before they were stored. */
export async function readCompletions(db: Database, group: GroupAddress): Promise<CompletionRow[]> {
  const { rows } = await db.pool.query<CompletionRow>(
    `SELECT sample, tokens, logprobs, code_sha AS "codeSha", code_hash AS "codeHash"
     FROM completions WHERE ${isGroup} ORDER BY sample`,
    [...groupKey(group)],
  );
  return rows;
}

async function hasCompletions(tx: pg.ClientBase, group: GroupAddress): Promise<boolean> {
  const { rowCount } = await tx.query(`SELECT FROM completions WHERE ${isGroup} LIMIT 1`, [
    ...groupKey(group),
  ]);
  return rowCount !== 0;
}
