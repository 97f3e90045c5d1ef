import type { Database } from './database.ts';
import { MissingRowError } from './errors.ts';
import { iterationCounts } from './report.ts';
import { countStatesAsOf } from './states.ts';

/** What one iteration came to, in a few numbers; the same for ever once it is evolved. */
export interface IterationSummary {
  iteration: number;
  attempts: number;
  valid: number;
  /** Of the attempts that were not lost; null when all were. */
  meanReward: number | null;
  /** The highest reward of the iteration; null when all its attempts were lost. */
  bestReward: number | null;
  /** The highest reward of this iteration and those before it. */
  bestRewardSoFar: number | null;
  /** States in the buffer after it. */
  states: number;
}

/** @throws MissingRowError before the iteration was evolved. */
export async function iterationSummary(
  db: Database,
  run: string,
  iteration: number,
): Promise<IterationSummary> {
  const [[counts], best, states] = await Promise.all([
    iterationCounts(db, run, iteration),
    bestRewards(db, run, iteration),
    countStatesAsOf(db, run, iteration),
  ]);
  if (!counts || !best.evolved) {
    throw new MissingRowError(`the evolution of iteration ${iteration} of run "${run}"`);
  }
  const { attempts, valid, meanReward } = counts;
  const { bestReward, bestRewardSoFar } = best;
  return {
    ...{ iteration, attempts, meanReward, bestReward, bestRewardSoFar, states },
    valid: Object.values(valid).reduce((sum, kind) => sum + kind.valid, 0),
  };
}

interface BestRewards {
  evolved: boolean;
  bestReward: number | null;
  bestRewardSoFar: number | null;
}

async function bestRewards(db: Database, run: string, iteration: number): Promise<BestRewards> {
  const { rows } = await db.pool.query<BestRewards>(
    `SELECT coalesce(bool_or(iteration = $2), false) AS evolved,
       max(reward) FILTER (WHERE iteration = $2) AS "bestReward", max(reward) AS "bestRewardSoFar"
     FROM iterations LEFT JOIN rewards USING (run, iteration)
     WHERE run = $1 AND iteration <= $2`,
    [run, iteration],
  );
  return rows[0]!;
}
