import {
  type Database,
  digestRun,
  evaluationCounts,
  readGroups,
  readOutcomes,
  readRun,
  trainingCounts,
} from '@ace/buffer';
import { type Competition, isEvaluated, Track } from '@ace/config';
import { rewardOf } from '@ace/curriculum';
import type { SeenAttempt } from './constant/candidates.ts';
import { curveOf } from './curve.ts';
import type { PlannedRun } from './plan.ts';
import type { RunCurve } from './results-contract.ts';

/** Everything that the results say of one finished run, from the record. */
export async function gatherCurve(db: Database, planned: PlannedRun): Promise<RunCurve> {
  const { name: run, sampler, seed, config } = planned;
  const versions = [];
  for (const version of versionsOf(planned)) {
    versions.push({ version, competitions: await evaluationCounts(db, run, version) });
  }
  const { executions, iterations } = await trainingCounts(db, run);
  const { train: trainedOn, heldOut } = config.competitions;
  const attempts = iterations.map((iteration) => iteration.attempts);
  const curve = curveOf({ versions, attempts, trainedOn, heldOut });
  const evaluated = curve.reduce((sum, m) => sum + m.trainedOn.drafts + m.heldOut.drafts, 0);
  return {
    ...{ run, sampler, seed },
    digest: (await digestRun(db, run)).total,
    executions: { training: executions, evaluation: evaluated },
    seconds: await secondsOf(db, run),
    curve,
  };
}

const versionsOf = ({ config }: PlannedRun): number[] =>
  Array.from({ length: config.iterations + 1 }, (_, version) => version).filter((version) =>
    isEvaluated(config, version),
  );

async function secondsOf(db: Database, run: string): Promise<number> {
  const record = await readRun(db, run);
  if (!record?.finishedAt) throw new Error(`${run} is not finished`);
  return (record.finishedAt.getTime() - record.createdAt.getTime()) / 1000;
}

/** Every graded attempt of a run, training and evaluation, as if it had been a root draft. */
export async function* seenAttempts(
  db: Database,
  planned: PlannedRun,
  competitions: ReadonlyMap<string, Competition>,
): AsyncGenerator<SeenAttempt> {
  const { iterations } = planned.config;
  const trained = Array.from({ length: iterations }, (_, index) => index + 1);
  for (const version of versionsOf(planned)) {
    yield* attemptsOf(db, planned, Track.Evaluation, version, competitions);
  }
  for (const iteration of trained) {
    yield* attemptsOf(db, planned, Track.Train, iteration, competitions);
  }
}

async function* attemptsOf(
  db: Database,
  { name: run, config }: PlannedRun,
  track: Track,
  iteration: number,
  competitions: ReadonlyMap<string, Competition>,
): AsyncGenerator<SeenAttempt> {
  const groups = await readGroups(db, run, track, iteration);
  const ids = new Map(groups.map(({ slot, competition }) => [slot, competition]));
  for (const outcome of await readOutcomes(db, run, track, iteration)) {
    const competition = competitions.get(ids.get(outcome.slot) ?? '');
    if (!competition) throw new Error(`${run}: an attempt of an unknown competition`);
    const { id, direction } = competition;
    const draft = { parent: null, direction, config: config.reward };
    const { reward } = rewardOf({ grade: outcome, ...draft });
    if (reward === null) continue;
    yield { program: outcome.tokens.join(' '), competition: id, valid: outcome.valid, reward };
  }
}
