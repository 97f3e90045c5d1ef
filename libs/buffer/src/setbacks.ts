import type { Track } from '@ace/config/pure';
import type { Database } from './database.ts';

export const SetbackKind = {
  /** An execution that was lost, or whose host was. */
  Execution: 'execution',
  /** A sampling request that the engine forgot. */
  Request: 'request',
  /** A model on the engine whose place another took. */
  Epoch: 'epoch',
  /** An attempt that was closed without a grade. */
  Attempt: 'attempt',
} as const;
export type SetbackKind = (typeof SetbackKind)[keyof typeof SetbackKind];

/** What went wrong in one way and was done again, or was given up: how often, and where it did last. */
export interface Setback {
  kind: SetbackKind;
  why: string;
  count: number;
  /** Whether what it was for has been done since. */
  overcome: boolean;
  /** When it happened last. */
  at: Date;
  /** null for an epoch, as the three after it. */
  track: Track | null;
  /** For an evaluation the version that is measured. */
  iteration: number | null;
  slot: number | null;
  /** null for a request too, which is one for all samples of a group. */
  sample: number | null;
  /** Of the execution, the request or the epoch, from 1; null for an attempt. */
  number: number | null;
  /** null where none is known. */
  host: string | null;
}

/** The newest ways in which things of a run went wrong, the newest first; `total` counts all of them. */
export async function setbacks(
  db: Database,
  run: string,
  most: number,
): Promise<{ newest: Setback[]; total: number }> {
  const { rows } = await db.pool.query<Setback>(
    `WITH every AS (${everySetback}),
     counted AS (
       SELECT *, count(*) OVER alike AS count, row_number() OVER (alike ORDER BY at DESC) AS place
       FROM every
       WINDOW alike AS (PARTITION BY kind, overcome, CASE kind WHEN 'epoch' THEN '' ELSE why END))
     SELECT kind, why, count, overcome, at, track, iteration, slot, sample, number, host
     FROM counted WHERE place = 1 ORDER BY at DESC`,
    [run],
  );
  return { newest: rows.slice(0, most), total: rows.length };
}

/** The why of an epoch names the next one, so no two are alike. */
const everySetback = `
  SELECT 'execution' AS kind, why, ended_at AS at, track, iteration, slot, sample,
    execution AS number, host,
    EXISTS (SELECT FROM results AS r
      WHERE (r.run, r.track, r.iteration, r.slot, r.sample) =
        (e.run, e.track, e.iteration, e.slot, e.sample)) AS overcome
  FROM executions AS e WHERE run = $1 AND outcome IN ('lost', 'host lost')
  UNION ALL
  SELECT 'request', lost_why, lost_at, track, iteration, slot, NULL, try, NULL,
    EXISTS (SELECT FROM completions AS c
      WHERE (c.run, c.track, c.iteration, c.slot) = (q.run, q.track, q.iteration, q.slot))
  FROM requests AS q WHERE run = $1 AND lost_at IS NOT NULL
  UNION ALL
  SELECT 'epoch', why, ended_at, NULL, NULL, NULL, NULL, epoch, host, true
  FROM epochs WHERE run = $1 AND ended_at IS NOT NULL
  UNION ALL
  SELECT 'attempt', why, lost_at, track, iteration, slot, sample, NULL, NULL, false
  FROM losses WHERE run = $1`;
