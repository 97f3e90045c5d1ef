import type { GroupAddress, StateKind, Track } from '@ace/config/pure';
import type pg from 'pg';
import type { Database } from './database.ts';
import { MissingRowError } from './errors.ts';
import { insertRows } from './insert-rows.ts';
import { groupColumns, groupKey, isGroup } from './keys.ts';

/** One group: the state that was chosen for a slot, by which version, and how it was chosen. */
export interface GroupRow {
  slot: number;
  stateAddress: string;
  competition: string;
  kind: StateKind;
  /** The policy version that makes its attempts. */
  version: number;
  /** Of the state's first draw. */
  probability: number;
  /** The sampler's, before temperature and mixing. */
  priority: number;
  /** Sampled beside the wanted groups, to fill the batch. */
  spare: boolean;
  /** Token ids; null until it is stored. */
  prompt: number[] | null;
}

/**
 * Stores the choice of an iteration as a whole; a second choice changes nothing. For {@link inPhase}'s body,
 * whose lock keeps two choices apart.
 */
export async function storeGroups(
  tx: pg.ClientBase,
  run: string,
  track: Track,
  iteration: number,
  groups: readonly GroupRow[],
): Promise<void> {
  const { rowCount } = await tx.query(
    'SELECT FROM groups WHERE (run, track, iteration) = ($1, $2, $3) LIMIT 1',
    [run, track, iteration],
  );
  if (rowCount !== 0) return;
  await insertRows(
    tx,
    'groups',
    [
      ...[...groupColumns, 'state_address', 'competition', 'kind', 'version'],
      ...['probability', 'priority', 'spare', 'prompt'],
    ],
    groups.map((group) => [
      ...[run, track, iteration, group.slot, group.stateAddress, group.competition, group.kind],
      ...[group.version, group.probability, group.priority, group.spare, group.prompt],
    ]),
  );
}

/** In slot order; empty before they were chosen. */
export async function readGroups(
  db: Database,
  run: string,
  track: Track,
  iteration: number,
): Promise<GroupRow[]> {
  const { rows } = await db.pool.query<GroupRow>(
    `SELECT slot, state_address AS "stateAddress", competition, kind, version, probability, priority,
       spare, prompt
     FROM groups WHERE (run, track, iteration) = ($1, $2, $3) ORDER BY slot`,
    [run, track, iteration],
  );
  return rows;
}

/**
 * Stores the group's prompt unless it has one; returns the one that is stored, which is the one to use.
 * @throws MissingRowError
 */
export async function storePrompt(
  db: Database,
  group: GroupAddress,
  prompt: readonly number[],
): Promise<number[]> {
  await db.pool.query(`UPDATE groups SET prompt = $5 WHERE ${isGroup} AND prompt IS NULL`, [
    ...groupKey(group),
    prompt,
  ]);
  const { rows } = await db.pool.query<{ prompt: number[] }>(
    `SELECT prompt FROM groups WHERE ${isGroup}`,
    [...groupKey(group)],
  );
  if (!rows[0]) throw new MissingRowError(groupTitle(group));
  return rows[0].prompt;
}

/** A group in an error message. */
export const groupTitle = (group: GroupAddress): string =>
  `group ${group.track}.${group.iteration}.${group.slot} of run "${group.run}"`;
