import type { RunConfig } from '@ace/config';

/** What `results.json` holds. Rates and rewards are in [0, 1]; executions are counts; times are seconds. */
export interface Results {
  benchmark: 'learning';
  /** When these results were written, ISO 8601. */
  madeAt: string;
  made: Making;
  /** Of the first run, resolved; the others differ in `seed` and `sampler` alone. */
  config: RunConfig;
  samplers: { id: string; label: string; sampler: RunConfig['sampler'] }[];
  seeds: number[];
  summary: Summary;
  baselines: Baselines;
  checks: Checks;
  /** By seed, then in order of `samplers`. */
  runs: RunCurve[];
}

/** What made the results. */
export interface Making {
  /** SHA-256 of the sources that a result depends on; part of every run's name. */
  sources: string;
  /** Commit that was checked out, and whether files differed from it; null outside a git clone. */
  commit: { id: string; changed: boolean } | null;
  machine: { cpu: string; cores: number; memoryBytes: number; system: string };
  versions: Record<string, string>;
  /** Runs at once. */
  parallel: number;
}

/** Drafts of several competitions taken together; every competition has the same number of them. */
export interface Measured {
  drafts: number;
  valid: number;
  validRate: number;
  meanReward: number;
}

/** The fixed evaluation of one policy version: root drafts at the same seeds for every version. */
export interface CurveMeasurement {
  version: number;
  /** Training executions until this version. */
  executions: number;
  trainedOn: Measured;
  heldOut: Measured;
  competitions: Record<string, Measured>;
}

export interface RunCurve {
  /** Name of the run in the record. */
  run: string;
  sampler: string;
  seed: number;
  /** The run's digest: another machine of the same kind gets the same one. */
  digest: string;
  executions: { training: number; evaluation: number };
  /** From start to finish, beside `parallel` − 1 other runs. */
  seconds: number;
  curve: CurveMeasurement[];
}

/** A 95 % interval; an end is null where there is no bound, as with a single seed. */
export interface Interval {
  value: number;
  low: number | null;
  high: number | null;
}

/** What the interval of a difference to the reference says. */
export const Finding = {
  Higher: 'higher',
  Lower: 'lower',
  /** The interval holds 0 (or has no bounds): a null result. */
  NoneShown: 'no difference shown',
} as const;
export type Finding = (typeof Finding)[keyof typeof Finding];

/** Mean over the seeds of this sampler's area minus the reference's at the same seed. */
export interface Difference extends Interval {
  pairs: number;
  /** Pairs in which the difference is above, and below, 0. */
  above: number;
  below: number;
  finding: Finding;
}

/** One figure that is compared: what is averaged, over which competitions. */
export interface Measure {
  id: string;
  split: 'trainedOn' | 'heldOut';
  quantity: 'meanReward' | 'validRate';
}

export interface SamplerSummary {
  sampler: string;
  /** Mean over seeds with Student's t interval, by measure: area under the curve per training execution. */
  areas: Record<string, Interval>;
  /** By measure, paired bootstrap; null for the reference itself. */
  differences: Record<string, Difference> | null;
  /** The mean curve over seeds, Student's t. */
  curve: { executions: number; values: Record<string, Interval> }[];
}

export interface Summary {
  /** The measure that the comparison was made for; the others stand beside it. */
  primary: string;
  reference: string;
  measures: Measure[];
  resamples: number;
  samplers: SamplerSummary[];
}

export interface Baselines {
  /** The grammar's programs drawn uniformly: what version 0 writes. Mean over seeds by measure, Student's t. */
  uniformRandom: Record<string, Interval>;
  bestConstant: BestConstant;
}

/** One program for all competitions: the best, on average over those trained on, of the shortlisted. */
export interface BestConstant {
  /** The program's choices in words, one a decision. */
  choices: Record<string, string>;
  trainedOn: Measured;
  heldOut: Measured;
  competitions: Record<string, { valid: boolean; reward: number }>;
  /** Different programs that the runs wrote, and those of them that were run on every competition. */
  seen: number;
  shortlisted: number;
  /** Executions to complete the shortlist; part of no run. */
  executions: number;
}

/** What must hold for the comparison to mean something; looked at, not assumed. */
export interface Checks {
  /** Training executions of every run. */
  executionsPerRun: number;
  /** Whether all runs of a seed have the same evaluation of version 0. */
  sameStart: boolean;
  /** (program, competition) pairs that were graded more than once, and those that got different rewards. */
  repeatedPrograms: number;
  disagreeingPrograms: number;
  /** Whether sources were edited while the runs were made; a worker that was started again had the new ones. */
  sourcesChanged: boolean;
}
