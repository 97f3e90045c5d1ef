import type { SetbackKind } from '@ace/buffer';
import type { Failure, Standing } from '../view/live-view.ts';

/** Where in a run a step is: as much of it as the step has. */
export interface Place {
  /** null outside the training. */
  iteration: number | null;
  /** The version that is evaluated; null outside an evaluation. */
  evaluation: number | null;
  /** The slot of the group. */
  group: number | null;
  /** The sample in its group. */
  attempt: number | null;
}

/** A step of a run that failed. Times are ISO 8601. */
export interface Trouble extends Place {
  /** The workflow's id, as the Temporal UI shows it. */
  workflow: string;
  /** The activity's name, or `workflow task`. */
  step: string;
  reason: string;
  /** How many tries failed. */
  tries: number;
  /** When the first of the failures that have lasted until now happened; where that is not known, when the step began. */
  since: string;
}

/** One that failed for good, and its workflow with it. */
export interface FailedStep extends Trouble {
  failedAt: string;
  /** Whether its workflow has been started again since. */
  overcome: boolean;
}

/** A workflow that waits for a child which is over. */
export interface Stalled extends Place {
  workflow: string;
  child: string;
}

/** What went wrong in one way, was done again or given up, and left a row. */
export interface SetbackView extends Place {
  kind: SetbackKind;
  reason: string;
  count: number;
  overcome: boolean;
  lastAt: string;
  /** Of the last execution, request or epoch. */
  number: number | null;
  host: string | null;
}

/** What `ace errors --json` prints. */
export interface RunErrors {
  run: string;
  status: Standing;
  /** Whether a worker runs on this machine for this home. */
  worker: boolean;
  /** What blocks the run or ended it. */
  failure: Failure | null;
  /** The newest first. */
  failed: FailedStep[];
  /** What fails now and is tried again by itself. */
  retried: Trouble[];
  stalled: Stalled[];
  /** The newest ways in which something was lost, and how many there are in all. */
  setbacks: SetbackView[];
  setbacksInAll: number;
  /** How long infrastructure may keep failing a step before its iteration fails, seconds. */
  giveUpAfterSeconds: number;
}
