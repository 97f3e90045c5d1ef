/**
 * The one strict order in which a run's phases write. Everything else about order follows from it:
 * a phase may write only while the run's cursor, an index into this order, stands at it.
 */
export const PhaseKind = {
  /** Create the policy and publish version 0. */
  Initialise: 'initialise',
  /** Sample root drafts with version `index` and store them (the fixed evaluation). */
  Evaluate: 'evaluate',
  /** Sample states and store the attempts of iteration `index`. */
  Act: 'act',
  /** Evolve the buffer and publish version `index`. */
  Learn: 'learn',
  /** Everything is in the record: close the run. */
  Finish: 'finish',
} as const;
export type PhaseKind = (typeof PhaseKind)[keyof typeof PhaseKind];

export interface Phase {
  kind: PhaseKind;
  /** Iteration for act and learn, policy version for evaluate and initialise, the last iteration for finish. */
  index: number;
}

export interface ScheduleConfig {
  iterations: number;
  pipelineDepth: number;
  iterationsPerSegment: number;
  /** Versions to evaluate besides the first and the last: every n-th; 0 for none. */
  evaluation: { everyIterations: number; samplesPerCompetition: number };
}

/** First iteration of the segment that holds `iteration` (segments start at 1, s + 1, 2s + 1, …). */
export const segmentStart = (config: ScheduleConfig, iteration: number): number =>
  Math.floor((iteration - 1) / config.iterationsPerSegment) * config.iterationsPerSegment + 1;

export const segmentEnd = (config: ScheduleConfig, iteration: number): number =>
  Math.min(segmentStart(config, iteration) + config.iterationsPerSegment - 1, config.iterations);

/** The version that act(k) samples with, and the iteration whose buffer it sees: max(s, k − d). */
export const versionSeenBy = (config: ScheduleConfig, iteration: number): number =>
  Math.max(segmentStart(config, iteration) - 1, iteration - config.pipelineDepth);

export const isEvaluated = (config: ScheduleConfig, version: number): boolean =>
  config.evaluation.samplesPerCompetition > 0 &&
  (version === 0 ||
    version === config.iterations ||
    (config.evaluation.everyIterations > 0 && version % config.evaluation.everyIterations === 0));

/** All phases of a run in the order in which they may write; the run's cursor is an index into it. */
export function phasesOf(config: ScheduleConfig): Phase[] {
  const phases: Phase[] = [{ kind: PhaseKind.Initialise, index: 0 }];
  const evaluate = (version: number): void => {
    if (isEvaluated(config, version)) phases.push({ kind: PhaseKind.Evaluate, index: version });
  };
  evaluate(0);
  for (let first = 1; first <= config.iterations; first += config.iterationsPerSegment) {
    const last = segmentEnd(config, first);
    for (let step = first; step < last + config.pipelineDepth; step++) {
      const learnt = step - config.pipelineDepth;
      if (learnt >= first) {
        phases.push({ kind: PhaseKind.Learn, index: learnt });
        evaluate(learnt);
      }
      if (step <= last) phases.push({ kind: PhaseKind.Act, index: step });
    }
    phases.push({ kind: PhaseKind.Learn, index: last });
    evaluate(last);
  }
  phases.push({ kind: PhaseKind.Finish, index: config.iterations });
  return phases;
}

/** The newest iteration that a run whose cursor stands there has learnt from; 0 before the first. */
export const learntUpTo = (config: ScheduleConfig, cursor: number): number =>
  phasesOf(config)
    .slice(0, cursor)
    .filter(({ kind }) => kind === PhaseKind.Learn).length;
