import type {
  AttemptCount,
  GroupProgress,
  IterationCounts,
  Progress,
  ValidCount,
} from '@ace/buffer';
import { isEvaluated, type RunConfig } from '@ace/config';
import type { Done, Failure, LearntView, LiveView, SlotView, Standing } from './live-view.ts';
import { phaseWords } from './phase-words.ts';

/** What is known of a run whether it has a record or not. */
export interface Known {
  run: string;
  standing: Standing;
  failure: Failure | null;
  uiUrl: string | null;
}

/** What the record holds of a run at one moment. */
export interface Recorded {
  progress: Progress;
  config: RunConfig;
  /** Of the newest iteration; none when nothing is under way. */
  groups: readonly GroupProgress[];
  /** Mean reward of each iteration that was learnt from, in order. */
  rewards: readonly number[];
}

/** The live view of a run; `secondsLeft` is the pace's to say. */
export function liveViewOf(
  known: Known,
  { progress, config, groups, rewards }: Recorded,
): Omit<LiveView, 'secondsLeft'> {
  const { iteration, iterations, liveStates: states, learned, phase } = progress;
  const [open, evaluation] = [doneOf(progress.open), doneOf(progress.evaluation)];
  return {
    ...known,
    ...{ iteration, iterations, states, rewards, evaluation },
    phase: phaseWords(phase, open, evaluation),
    attempts: attemptsOf(progress, config),
    slots: groups.map((group) => slotView(group, config.groupSize)),
    learnt: learned && learntView(learned),
  };
}

/** A run whose workflow has not written its record yet, or could not. */
export const unbornView = (known: Known): LiveView => ({
  ...known,
  ...{ iteration: 0, iterations: 0, secondsLeft: null },
  ...{ attempts: { done: 0, all: 0 }, evaluation: { done: 0, all: 0 } },
  ...{ slots: [], learnt: null, rewards: [], states: { draft: 0, improve: 0, debug: 0 } },
  phase: 'waiting for a worker to begin',
});

const doneOf = ({ closed, total }: AttemptCount): Done => ({ done: closed, all: total });

/** What was laid out is counted; iterations and evaluations to come are reckoned from the config. */
function attemptsOf({ iteration, training, evaluation }: Progress, config: RunConfig): Done {
  const { iterations, groups, spareGroups, groupSize } = config;
  const toCome = (iterations - iteration) * (groups + spareGroups) * groupSize;
  return {
    done: training.closed + evaluation.closed,
    all: training.total + toCome + draftsToEvaluate(config),
  };
}

function draftsToEvaluate(config: RunConfig): number {
  const { iterations, competitions, evaluation } = config;
  const versions = Array.from({ length: iterations + 1 }, (_, version) => version);
  return (
    versions.filter((version) => isEvaluated(config, version)).length *
    (competitions.train.length + competitions.heldOut.length) *
    evaluation.samplesPerCompetition
  );
}

const slotView = (group: GroupProgress, groupSize: number): SlotView => {
  const { slot, competition, kind, closed } = group;
  return { slot, competition, kind, done: closed, all: groupSize };
};

function learntView({ iteration, valid, meanReward }: IterationCounts): LearntView {
  const rate = ({ attempts, valid: count }: ValidCount): number | null =>
    attempts === 0 ? null : count / attempts;
  const validRate = {
    draft: rate(valid.draft),
    improve: rate(valid.improve),
    debug: rate(valid.debug),
  };
  return { iteration, validRate, meanReward: meanReward ?? 0 };
}
