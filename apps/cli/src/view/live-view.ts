import type { StateKind } from '@ace/config';

/** A number for each kind of state. */
export type ByKind<T> = Readonly<Record<StateKind, T>>;

/** How a run stands: what the record says of its end, and Temporal of whether it goes on. */
export const Standing = {
  Running: 'running',
  /** Open, and begins nothing new until somebody resumes it. */
  Paused: 'paused',
  /** Open, and waiting for a person. */
  Blocked: 'blocked',
  /** Open, and on its way to a stop that somebody asked for. */
  Stopping: 'stopping',
  /** Unfinished, and no workflow works on it: the next start goes on from the record. */
  Stopped: 'stopped',
  /** Unfinished, ended by a failure. */
  Failed: 'failed',
  Finished: 'finished',
} as const;
export type Standing = (typeof Standing)[keyof typeof Standing];

/** What failed, why, and what a person can do. */
export interface Failure {
  iteration: number | null;
  step: string;
  reason: string;
  remedy: string;
  /** The command of `ace` that goes on afterwards. */
  command: string;
}

/** A failure in one sentence or two. */
export const failureText = ({ step, reason, remedy, command }: Failure): string =>
  `${step} failed: ${reason.replace(/\.$/, '')}. To do: ${remedy}: ${command}`;

/** Attempts that are closed (graded or lost), of all that there will be. */
export interface Done {
  done: number;
  all: number;
}

/** One group of the iteration under way. */
export interface SlotView extends Done {
  slot: number;
  competition: string;
  kind: StateKind;
}

/** Everything that the live view shows of a run at one moment. */
export interface LiveView {
  run: string;
  standing: Standing;
  /** The iteration under way, from 1; 0 before the first. */
  iteration: number;
  iterations: number;
  /** What is being done, in words. */
  phase: string;
  /** Of the whole run, evaluation included. */
  attempts: Done;
  /** Of the evaluations laid out so far, which go on beside the iterations. */
  evaluation: Done;
  /** Groups under way, in slot order. */
  slots: readonly SlotView[];
  /** The newest iteration that was learnt from; null before there is one. */
  learnt: LearntView | null;
  /** Mean reward of each iteration that was learnt from, in order. */
  rewards: readonly number[];
  /** Live states in the buffer. */
  states: ByKind<number>;
  /** null while the pace is not known yet. */
  secondsLeft: number | null;
  /** The run in the Temporal UI; null where no UI is known. */
  uiUrl: string | null;
  failure: Failure | null;
}

export interface LearntView {
  iteration: number;
  /** Share of valid attempts; null for a kind that was not sampled. */
  validRate: ByKind<number | null>;
  meanReward: number;
}
