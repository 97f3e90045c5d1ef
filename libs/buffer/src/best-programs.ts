import { attemptName, type Track } from '@ace/config/pure';
import type { Database } from './database.ts';

/** The valid attempt with the best score of one competition. */
export interface BestProgram {
  competition: string;
  /** Name of the attempt, see `attemptName`. */
  attempt: string;
  /** Of its program, in the artifact store. */
  codeSha: string;
  score: number;
  referencePercentile: number;
}

/**
 * The best of all graded attempts, training and evaluation together, one for each competition of `directions`
 * that has a valid one. Of equals the first in address order, training before evaluation.
 */
export async function bestPrograms(
  db: Database,
  run: string,
  directions: Readonly<Record<string, 'maximize' | 'minimize'>>,
): Promise<BestProgram[]> {
  const signs = Object.values(directions).map((better) => (better === 'maximize' ? 1 : -1));
  const { rows } = await db.pool.query<BestRow>(
    `SELECT DISTINCT ON (competition) competition, track, iteration, slot, sample,
       code_sha AS "codeSha", score, reference_percentile AS "referencePercentile"
     FROM grades
     JOIN completions USING (run, track, iteration, slot, sample)
     JOIN groups USING (run, track, iteration, slot)
     JOIN unnest($2::text[], $3::integer[]) AS directions (competition, sign) USING (competition)
     WHERE run = $1 AND valid
     ORDER BY competition, score * sign DESC, track DESC, iteration, slot, sample`,
    [run, Object.keys(directions), signs],
  );
  return rows.map(({ competition, codeSha, score, referencePercentile, ...address }) => ({
    ...{ competition, attempt: attemptName(address), codeSha, score, referencePercentile },
  }));
}

interface BestRow {
  competition: string;
  track: Track;
  iteration: number;
  slot: number;
  sample: number;
  codeSha: string;
  score: number;
  referencePercentile: number;
}
