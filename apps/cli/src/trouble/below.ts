import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';

/** Everything below a run in these states, whoever started it; the newest first. */
export function listBelow(
  temporal: Client,
  run: string,
  states: readonly ('Running' | 'Failed' | 'TimedOut')[],
): AsyncIterable<WorkflowExecutionInfo> {
  const prefix = `${run}/`.replaceAll("'", "''");
  const any = states.map((state) => `'${state}'`).join(', ');
  const query = `WorkflowId STARTS_WITH '${prefix}' AND ExecutionStatus IN (${any})`;
  return temporal.workflow.list({ query });
}

/** What `ask` answers; null when Temporal does not know the workflow (any more). */
export async function unlessUnknown<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
