/**
 * The signal that tells a workflow that a child it waits for is over. Temporal tells a parent itself, except one
 * that was reset to a point after the child began, and had been closed when the child ended.
 */
export const childEndedSignal = 'childEnded';

/** The execution that is over: another one under the same id is not meant. */
export interface ChildEnded {
  workflowId: string;
  runId: string;
}
