import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { randomUUID } from 'node:crypto';

/** Where a workflow can be reset to: the end of one of the workflow tasks of one execution. */
export interface ResetPoint {
  workflowId: string;
  runId: string;
  eventId: NonNullable<temporal.api.history.v1.IHistoryEvent['eventId']>;
}

/** Of one execution, the newest under this id unless told, in order: from its very beginning to its last task. */
export async function resetPoints(
  client: Client,
  workflowId: string,
  execution?: string,
): Promise<ResetPoint[]> {
  const { runId } = await client.workflow.getHandle(workflowId, execution).describe();
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? [])
    .filter((event) => event.workflowTaskCompletedEventAttributes)
    .map(({ eventId }) => ({ workflowId, runId, eventId: eventId! }));
}

/**
 * What the button Reset of the Temporal UI does. Resolves with the execution that takes the other's place; null
 * when Temporal refuses the point, since it wrote the task's beginning and end at once.
 */
export async function reset(
  client: Client,
  { workflowId, runId, eventId }: ResetPoint,
): Promise<string | null> {
  const { namespace } = client.options;
  try {
    const made = await client.workflowService.resetWorkflowExecution({
      ...{ namespace, workflowExecution: { workflowId, runId }, requestId: randomUUID() },
      ...{ workflowTaskFinishEventId: eventId, reason: 'a test' },
    });
    return made.runId;
  } catch (error) {
    if ((error as Error).message.includes('must be at the boundary')) return null;
    throw error;
  }
}
