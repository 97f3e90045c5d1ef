import type { IterationSummary } from '@ace/buffer';
import type {
  AttemptAddress,
  GroupAddress,
  HeldLimits,
  LimitChange,
  RunInput,
  RunStanding,
} from '@ace/config/pure';

/** Names one iteration of a run. */
export interface IterationInput {
  run: string;
  iteration: number;
}

/** An iteration that is done again in the scratch schema, under the name `scratch`. */
export interface ScratchInput extends IterationInput {
  scratch: string;
}

/** One group that is. */
export interface ScratchGroupInput extends GroupAddress {
  scratch: string;
}

/** Names the fixed evaluation of one policy version. */
export interface EvaluationInput {
  run: string;
  version: number;
}

export interface OpenRunInput {
  /** The workflow's id: anything that a person may type. */
  run: string;
  /** As it was given, so anything too. */
  input: RunInput;
  /** How many arguments the workflow was started with. */
  given?: number;
  /** The schedule that started the run, if one did. */
  schedule?: string;
}

/** What a workflow must know of a run's config and standing: small numbers only. */
export interface RunPlan {
  iterations: number;
  pipelineDepth: number;
  iterationsPerSegment: number;
  evaluation: { everyIterations: number; samplesPerCompetition: number };
  onIterationFailure: 'block' | 'fail';
  hostLostAfterSeconds: number;
  /** Index into `phasesOf` of the one phase that may write. */
  cursor: number;
  /** Absent in histories from before there was a display: their workflows show what they can without it. */
  display?: DisplayPlan;
}

/** What the Temporal UI shows of a run, beside its plan. */
export interface DisplayPlan {
  recipe: string;
  /** Whether the server knows every search attribute; a workflow that names another one cannot go on. */
  searchable: boolean;
  /** The last iterations that were learnt from, oldest first; at most five. */
  learnt: IterationSummary[];
}

/** The attempts of a group that are not closed yet, and how long one may take at most. */
export interface OpenGroup {
  samples: number[];
  wallSeconds: number;
  hostLostAfterSeconds: number;
}

export interface ExecuteInput {
  attempt: AttemptAddress;
  /** A host that was silent for too long: its execution is closed and the next one starts here. */
  takeOverFrom?: string;
}

/** What an execution says with each heartbeat: where its sandbox is, should its worker fall silent. */
export interface ExecuteHeartbeat {
  host: string;
}

/** A change of a run's limits, as an update asks for it. */
export interface ChangeLimitsInput {
  run: string;
  /** Of the update: asked for again under the same one, it is done once. */
  updateId: string;
  /** The newest iteration that was begun. */
  admitted: number;
  change: LimitChange;
}

/** Why a run is blocked or failed, in words that a person can act on. */
export interface RunFailure {
  iteration: number | null;
  step: string;
  reason: string;
  remedy: string;
}

/** Names what of a run may still come while it stops: see `awaitHalt`. */
export interface HaltInput {
  run: string;
  /** The newest iteration that was begun. */
  admitted: number;
  /** Numbers of steps that wait for a person. */
  blocked: number[];
}

/** What a sweep removed of one kind: how many, and the names of at most 50 where there are names. */
export interface Removed {
  kind: string;
  count: number;
  names: string[];
}

export type { AttemptAddress, GroupAddress, HeldLimits, IterationSummary, RunStanding };
