import type { Track } from '@ace/config/pure';
import type { Database } from './database.ts';

/** All that the record holds of one attempt: completion, result and grade; what is not there yet is null. */
export interface Outcome {
  slot: number;
  sample: number;
  tokens: number[];
  logprobs: number[];
  codeSha: string;
  codeHash: string;
  verdict: string | null;
  errorType: string | null;
  errorText: string | null;
  validationScore: number | null;
  /** false unless graded as valid. */
  valid: boolean;
  score: number | null;
  referencePercentile: number | null;
  invalidReason: string | null;
  /** Closed as lost. */
  lost: boolean;
  /** Graded or lost. */
  closed: boolean;
}

/** Every attempt of an iteration (or evaluation), in address order. */
export async function readOutcomes(
  db: Database,
  run: string,
  track: Track,
  iteration: number,
): Promise<Outcome[]> {
  const { rows } = await db.pool.query<Outcome>(
    `SELECT slot, sample, tokens, logprobs, code_sha AS "codeSha", code_hash AS "codeHash",
       verdict, error_type AS "errorType", error_text AS "errorText",
       validation_score AS "validationScore", coalesce(valid, false) AS valid, score,
       reference_percentile AS "referencePercentile", invalid_reason AS "invalidReason",
       losses.run IS NOT NULL AS lost, num_nonnulls(grades.run, losses.run) > 0 AS closed
     FROM completions
     LEFT JOIN results USING (run, track, iteration, slot, sample)
     LEFT JOIN grades USING (run, track, iteration, slot, sample)
     LEFT JOIN losses USING (run, track, iteration, slot, sample)
     WHERE (run, track, iteration) = ($1, $2, $3)
     ORDER BY slot, sample`,
    [run, track, iteration],
  );
  return rows;
}
