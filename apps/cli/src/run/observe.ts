import {
  type AttemptCount,
  groupProgress,
  type IterationCounts,
  progress,
  type Progress,
  readRun,
  trainingCounts,
  type ValidCount,
} from '@ace/buffer';
import { isEvaluated, type RunConfig, Track } from '@ace/config';
import {
  type Done,
  type Failure,
  type LearntView,
  type LiveView,
  type SlotView,
  Standing,
} from '../view/live-view.ts';
import { createPace } from '../view/pace.ts';
import { phaseWords } from '../view/phase-words.ts';
import { uiUrlOf } from '../view/ui-url.ts';
import type { RunSession } from './session.ts';
import { standingOf } from './standing.ts';
import { workflowEnd, workflowFailure } from './workflow.ts';

/** Looks at a run again and again; remembers what does not change between two looks. */
export interface Observer {
  look(): Promise<LiveView>;
}

export function observerOf(session: RunSession, run: string): Observer {
  const { db, temporal, where } = session;
  const pace = createPace();
  const uiUrl = uiUrlOf(where, run);
  let config: RunConfig | null = null;
  let rewards: { iteration: number; values: number[] } = { iteration: 0, values: [] };

  async function rewardsUpTo(iteration: number): Promise<number[]> {
    if (iteration === rewards.iteration) return rewards.values;
    const { iterations } = await trainingCounts(db, run);
    const means = iterations.map(({ meanReward }) => meanReward);
    rewards = { iteration, values: means.filter((mean) => mean !== null) };
    return rewards.values;
  }

  return {
    async look() {
      const [now, end] = await Promise.all([progress(db, run), workflowEnd(temporal, run)]);
      const standing = standingOf(now?.status ?? null, end);
      const failed = standing === Standing.Failed ? await workflowFailure(temporal, run) : null;
      config ??= now && ((await readRun(db, run))?.config ?? null);
      if (!now || !config) return unborn({ run, standing, uiUrl, reason: failed });
      const attempts = attemptsOf(now, config);
      return {
        ...{ run, standing, uiUrl, attempts, evaluation: doneOf(now.evaluation) },
        iteration: now.iteration,
        iterations: now.iterations,
        phase: phaseWords(now.phase, doneOf(now.open), doneOf(now.evaluation)),
        slots: await slotsOf(session, run, now, config),
        learnt: now.learned && learntView(now.learned),
        rewards: await rewardsUpTo(now.learned?.iteration ?? 0),
        states: now.liveStates,
        secondsLeft: pace.secondsLeft(attempts, Date.now()),
        failure: failureOf(run, standing, now, failed),
      };
    },
  };
}

/** A run whose workflow has not written its row yet, or could not. */
function unborn(at: {
  run: string;
  standing: Standing;
  uiUrl: string | null;
  reason: string | null;
}): LiveView {
  const { reason, ...known } = at;
  const remedy = 'correct the input and start it again';
  return {
    ...known,
    ...{ iteration: 0, iterations: 0, secondsLeft: null },
    ...{ attempts: { done: 0, all: 0 }, evaluation: { done: 0, all: 0 } },
    ...{ slots: [], learnt: null, rewards: [], states: { draft: 0, improve: 0, debug: 0 } },
    phase: 'waiting for a worker',
    failure: reason === null ? null : { iteration: null, step: 'opening the run', reason, remedy },
  };
}

/** What was laid out is counted; iterations and evaluations to come are reckoned from the config. */
function attemptsOf({ iteration, training, evaluation }: Progress, config: RunConfig): Done {
  const { iterations, groups, spareGroups, groupSize, competitions } = config;
  const versions = Array.from({ length: iterations + 1 }, (_, version) => version);
  const drafts =
    versions.filter((version) => isEvaluated(config, version)).length *
    (competitions.train.length + competitions.heldOut.length) *
    config.evaluation.samplesPerCompetition;
  const toCome = (iterations - iteration) * (groups + spareGroups) * groupSize;
  return {
    done: training.closed + evaluation.closed,
    all: training.total + toCome + drafts,
  };
}

const doneOf = ({ closed, total }: AttemptCount): Done => ({ done: closed, all: total });

async function slotsOf(
  { db }: RunSession,
  run: string,
  { iteration, open }: Progress,
  { groupSize }: RunConfig,
): Promise<SlotView[]> {
  if (open.total === 0) return [];
  const groups = await groupProgress(db, run, Track.Train, iteration);
  return groups.map(({ slot, competition, kind, closed }) => ({
    ...{ slot, competition, kind, done: closed, all: groupSize },
  }));
}

function learntView({ iteration, valid, meanReward }: IterationCounts): LearntView {
  const rate = ({ attempts, valid: count }: ValidCount): number | null =>
    attempts === 0 ? null : count / attempts;
  const { draft, improve, debug } = valid;
  const validRate = { draft: rate(draft), improve: rate(improve), debug: rate(debug) };
  return { iteration, validRate, meanReward: meanReward ?? 0 };
}

/** The record's own words; Temporal's where a run failed without leaving any. */
function failureOf(
  run: string,
  standing: Standing,
  { failure }: Progress,
  failed: string | null,
): Failure | null {
  if (standing === Standing.Blocked && failure) {
    const command = `npm run ace -- retry ${run} ${failure.iteration ?? 0}`;
    return { ...failure, remedy: `${failure.remedy}: ${command}` };
  }
  if (standing !== Standing.Failed) return null;
  if (failure) return failure;
  const remedy = `mend the cause, then start it again: npm run ace -- train --name ${run}`;
  return { iteration: null, step: 'the run', reason: failed ?? 'unknown', remedy };
}
