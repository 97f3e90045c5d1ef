import { rewardOf } from '@ace/curriculum';
import { type RunConfig, type StateKind, Track } from '@ace/config/pure';
import type { Database } from './database.ts';
import { UnknownRunError } from './errors.ts';
import { readGroups } from './groups.ts';
import { type Outcome, readOutcomes } from './outcomes.ts';
import { readRun } from './runs.ts';

/** One closed attempt of an evaluation. */
export interface EvaluationSample {
  sample: number;
  valid: boolean;
  /** null unless valid. */
  score: number | null;
  /** null when the attempt was lost. */
  reward: number | null;
}

/**
 * The closed attempts of the fixed evaluation of a version, by competition, in slot and sample order.
 * @throws UnknownRunError
 */
export async function evaluationCounts(
  db: Database,
  run: string,
  version: number,
): Promise<{ competition: string; samples: EvaluationSample[] }[]> {
  const record = await readRun(db, run);
  if (!record) throw new UnknownRunError(run);
  const groups = await readGroups(db, run, Track.Evaluation, version);
  const outcomes = await readOutcomes(db, run, Track.Evaluation, version);
  return groups.map(({ slot, competition }) => ({
    competition,
    samples: outcomes
      .filter((outcome) => outcome.slot === slot && outcome.closed)
      .map((outcome) => evaluationSample(outcome, record.config)),
  }));
}

/** An evaluation acts on root drafts: there is no parent, so no score is compared with another. */
function evaluationSample(outcome: Outcome, config: RunConfig): EvaluationSample {
  const { sample, valid, score } = outcome;
  const draft = { parent: null, direction: 'maximize' } as const;
  const { reward } = rewardOf({ grade: outcome, ...draft, config: config.reward });
  return { sample, valid, score, reward };
}

/** How many attempts there are, and how many of them are valid so far. */
export interface ValidCount {
  attempts: number;
  valid: number;
}

export interface IterationCounts {
  iteration: number;
  attempts: number;
  valid: Record<StateKind, ValidCount>;
  /** Of the attempts that were not lost, spare groups included; null before the iteration was evolved. */
  meanReward: number | null;
}

/** What training did: programs that ran to a result, and the counts of each iteration. */
export async function trainingCounts(
  db: Database,
  run: string,
): Promise<{ executions: number; iterations: IterationCounts[] }> {
  const { rows } = await db.pool.query<{ executions: number }>(
    `SELECT count(*) AS executions FROM results WHERE run = $1 AND track = 'train'`,
    [run],
  );
  return { executions: rows[0]!.executions, iterations: await iterationCounts(db, run) };
}

/** Counts of every iteration, or of one. */
export async function iterationCounts(
  db: Database,
  run: string,
  iteration: number | null = null,
): Promise<IterationCounts[]> {
  const { rows } = await db.pool.query<CountedAttempt>(
    `SELECT iteration, kind, coalesce(valid, false) AS valid, reward
     FROM completions
     JOIN groups USING (run, track, iteration, slot)
     LEFT JOIN grades USING (run, track, iteration, slot, sample)
     LEFT JOIN rewards USING (run, iteration, slot, sample)
     WHERE run = $1 AND track = 'train' AND ($2::integer IS NULL OR iteration = $2)
     ORDER BY iteration, slot, sample`,
    [run, iteration],
  );
  const byIteration = new Map<number, CountedAttempt[]>();
  for (const row of rows) {
    const attempts = byIteration.get(row.iteration) ?? [];
    attempts.push(row);
    byIteration.set(row.iteration, attempts);
  }
  return [...byIteration].map(([number, attempts]) => countsOf(number, attempts));
}

interface CountedAttempt {
  iteration: number;
  kind: StateKind;
  valid: boolean;
  reward: number | null;
}

function countsOf(iteration: number, attempts: readonly CountedAttempt[]): IterationCounts {
  const validOf = (kind: StateKind): ValidCount => {
    const ofKind = attempts.filter((attempt) => attempt.kind === kind);
    return { attempts: ofKind.length, valid: ofKind.filter(({ valid }) => valid).length };
  };
  const rewards = attempts.map(({ reward }) => reward).filter((reward) => reward !== null);
  const sum = rewards.reduce((total, reward) => total + reward, 0);
  return {
    iteration,
    attempts: attempts.length,
    valid: { draft: validOf('draft'), improve: validOf('improve'), debug: validOf('debug') },
    meanReward: rewards.length > 0 ? sum / rewards.length : null,
  };
}
