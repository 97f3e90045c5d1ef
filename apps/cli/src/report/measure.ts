import { type Estimate, meanInterval, wilsonInterval } from '@ace/curriculum';
import type { Change, Interval, Measured } from './contract.ts';
import { stepsFromEveryStart, stepsInterval } from './steps.ts';

/** One root draft of the fixed evaluation, closed and not lost. */
export interface Draft {
  valid: boolean;
  /** In [0, 1]; 0 when invalid. */
  reward: number;
}

/** The drafts of several competitions under one version, each competition's in order of sample. */
export type Drafts = readonly (readonly Draft[])[];

type Figures = { [K in keyof Measured]: Measured[K] extends Change<infer T> ? T | null : never };

const unknown: Figures = {
  samples: null,
  validRate: null,
  validRateInterval: null,
  stepsToFirstValid: null,
  stepsToFirstValidInterval: null,
  stepsFailedShare: null,
  meanReward: null,
  meanRewardInterval: null,
};

/** Figures before and after; a side without drafts is null throughout. */
export function measure(before: Drafts, after: Drafts): Measured {
  const [first, last] = [figuresOf(before), figuresOf(after)];
  const pairs = (Object.keys(unknown) as (keyof Figures)[]).map((key) => [
    key,
    { before: first[key], after: last[key] },
  ]);
  return Object.fromEntries(pairs) as Measured;
}

function figuresOf(drafts: Drafts): Figures {
  const all = drafts.flat();
  if (all.length === 0) return unknown;
  const valid = wilsonInterval(all.filter((draft) => draft.valid).length, all.length);
  const reward = meanInterval(all.map((draft) => draft.reward));
  const validities = drafts.map((list) => list.map((draft) => draft.valid));
  const { steps, failedShare } = stepsFromEveryStart(validities);
  return {
    samples: all.length,
    validRate: valid.value,
    validRateInterval: boundsOf(valid),
    stepsToFirstValid: steps,
    stepsToFirstValidInterval: stepsInterval(validities),
    stepsFailedShare: failedShare,
    meanReward: reward.value,
    meanRewardInterval: boundsOf(reward),
  };
}

const boundsOf = ({ low, high }: Estimate): Interval => [finite(low), finite(high)];

/** JSON has no infinity. */
const finite = (bound: number): number | null => (Number.isFinite(bound) ? bound : null);
