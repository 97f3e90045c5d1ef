import { type RunInput, TaskQueue } from '@ace/config';
import { sweepWorkflowType } from '@ace/infra';
import type { sweep, SweepReport, trainingRun } from '@ace/workflows';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { RunRefusedError } from '../errors.ts';
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
export async function retryStep(temporal: Client, run: string, iteration: number): Promise<void> {
  try {
    const handle = temporal.workflow.getHandle(run);
    await handle.executeUpdate(retryIterationUpdate, { args: [iteration] });
  } catch (error) {
    throw new RunRefusedError(run, innermost(error as Error).message, { cause: error });
  }
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
