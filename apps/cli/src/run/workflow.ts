import {
  FailureType,
  type HeldLimits,
  type LimitChange,
  type RunInput,
  TaskQueue,
} from '@ace/config';
import { sweepWorkflowType } from '@ace/infra';
import type {
  Replayed,
  replayIteration,
  RetriedGroup,
  RunProgress,
  sweep,
  SweepReport,
  trainingRun,
  Verification,
} from '@ace/workflows';
import {
  ApplicationFailure,
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { RunEndedError, RunRefusedError } from '../errors.ts';
import type { WorkflowEnd } from './standing.ts';
import type { StaticDisplay } from './static-display.ts';

/** Type names on the server; `@ace/workflows` itself belongs into the worker's bundle alone. */
const trainingRunType = 'trainingRun';
const retryIterationUpdate = 'retryIteration';

/** How Temporal's newest execution under this name stands; null when it knows of none. */
export async function workflowEnd(temporal: Client, run: string): Promise<WorkflowEnd> {
  try {
    const { status } = await temporal.workflow.getHandle(run).describe();
    return endOf(status.name);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

function endOf(status: string): WorkflowEnd {
  switch (status) {
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
    case 'TIMED_OUT':
      return 'failed';
    case 'TERMINATED':
      return 'terminated';
    case 'CANCELLED':
      return 'cancelled';
    default:
      return 'open';
  }
}

/** Starts the run's workflow; false when one is open under this name already. */
export async function startWorkflow(
  temporal: Client,
  run: string,
  input: RunInput,
  display: StaticDisplay,
): Promise<boolean> {
  try {
    await temporal.workflow.start<typeof trainingRun>(trainingRunType, {
      workflowId: run,
      taskQueue: TaskQueue.Main,
      args: [input],
      ...display,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** Has everything swept now, and says what that did; follows a sweep that somebody else just asked for. */
export function sweepNow(temporal: Client): Promise<SweepReport> {
  return temporal.workflow.execute<typeof sweep>(sweepWorkflowType, {
    workflowId: 'ace-sweep-now',
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue: TaskQueue.Main,
    args: [],
  });
}

/** Names an iteration of a run, or one group of it. */
export interface Replayable {
  run: string;
  iteration: number;
  group?: number | undefined;
}

/**
 * Has an iteration, or a group, done again beside its original; follows a verification of it that is under way.
 * @throws {@link RunRefusedError} when there is nothing to verify, {@link RunEndedError} when that failed.
 */
export const verifyAgain = async (temporal: Client, what: Replayable): Promise<Verification> =>
  (await replay(temporal, 'verify', what)) as Verification & { mode: 'verify' };

/**
 * Has what is open of one group executed and graded; follows a retry of it that is under way.
 * @throws {@link RunRefusedError} when there is no such group, {@link RunEndedError} when it failed again.
 */
export const retryGroup = async (
  temporal: Client,
  what: Replayable & { group: number },
): Promise<RetriedGroup> =>
  (await replay(temporal, 'retry', what)) as RetriedGroup & { mode: 'retry'; run: string };

async function replay(
  temporal: Client,
  mode: 'verify' | 'retry',
  { run, iteration, group }: Replayable,
): Promise<Replayed> {
  const ofGroup = group === undefined ? '' : `/group/${group}`;
  try {
    return await temporal.workflow.execute<typeof replayIteration>('replayIteration', {
      workflowId: `${run}/${mode}/${iteration}${ofGroup}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
      taskQueue: TaskQueue.Main,
      args: [{ run, iteration, mode, group }],
    });
  } catch (error) {
    throw error instanceof WorkflowFailedError ? replayFailed(run, error) : error;
  }
}

/** What a person asked for that cannot be, or what went wrong with it. */
function replayFailed(run: string, failed: WorkflowFailedError): Error {
  const error = innermost(failed);
  const isRefusal = error instanceof ApplicationFailure && error.type === FailureType.InvalidInput;
  return isRefusal
    ? new RunRefusedError(run, error.message, { cause: failed })
    : new RunEndedError(run, error.message);
}

/** Why the run's newest execution failed, in the words of its innermost cause. */
export async function workflowFailure(temporal: Client, run: string): Promise<string | null> {
  try {
    await temporal.workflow.getHandle(run).result();
    return null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    if (!(error instanceof WorkflowFailedError)) throw error;
    return innermost(error).message;
  }
}

/** Lets a blocked step try again. @throws {@link RunRefusedError} when that step is not blocked. */
export const retryStep = (temporal: Client, run: string, iteration: number): Promise<void> =>
  update(run, () =>
    temporal.workflow.getHandle(run).executeUpdate(retryIterationUpdate, { args: [iteration] }),
  );

/** What a person may ask of a run that is open: names of its updates. */
export type Control = 'pause' | 'resume' | 'stopAfterIteration' | 'stopNow';

/** Asks it of the run; returns how it stands then. @throws {@link RunRefusedError} in the run's own words. */
export const control = (temporal: Client, run: string, asked: Control): Promise<RunProgress> =>
  update(run, () => temporal.workflow.getHandle(run).executeUpdate<RunProgress, []>(asked));

/** Changes its limits; returns what holds then. @throws {@link RunRefusedError} in the run's own words. */
export const changeLimits = (
  temporal: Client,
  run: string,
  asked: LimitChange,
): Promise<HeldLimits> =>
  update(run, () =>
    temporal.workflow
      .getHandle(run)
      .executeUpdate<HeldLimits, [LimitChange]>('changeLimits', { args: [asked] }),
  );

/** Resolves when the run's workflow has ended, however it did. */
export async function workflowEnded(temporal: Client, run: string): Promise<void> {
  try {
    await temporal.workflow.getHandle(run).result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
  }
}

async function update<Result>(run: string, send: () => Promise<Result>): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    const reason =
      error instanceof WorkflowNotFoundError ? closed(run) : innermost(error as Error).message;
    throw new RunRefusedError(run, reason, { cause: error });
  }
}

const closed = (run: string): string =>
  `no workflow works on it now; \`npm run ace -- train --name ${run}\` goes on with it`;

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
