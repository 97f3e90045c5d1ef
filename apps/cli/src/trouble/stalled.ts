import { type ChildEnded, childEndedSignal, Timeout } from '@ace/config';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { unlessUnknown } from './below.ts';
import type { Stalled } from './contract.ts';
import { decoded } from './history.ts';
import type { OpenWorkflow } from './open-workflows.ts';
import { placeOfWorkflow } from './place.ts';

/**
 * Workflows that wait for a child that is over, which Temporal does not tell them: so it is when one was reset to
 * a point after that child began, and had been closed when the child ended. Those that a worker has woken since do
 * not count, though Temporal still counts their children.
 */
export async function stalledIn(
  temporal: Client,
  { handle, raw }: OpenWorkflow,
): Promise<Stalled[]> {
  const workflow = handle.workflowId;
  const begun = (raw.pendingChildren ?? []).filter(({ runId }) => runId);
  const isOver = await Promise.all(
    begun.map(({ workflowId }) => isLongOver(temporal, workflowId ?? '')),
  );
  const over = begun.filter((_, index) => isOver[index]);
  if (over.length === 0) return [];
  const told = await toldOf(handle);
  return over
    .filter(({ runId }) => !told.has(runId))
    .map(({ workflowId }) => workflowId ?? '')
    .map((child) => ({ workflow, child, ...placeOfWorkflow(child) }));
}

/** For longer than Temporal takes to tell a parent. What it has forgotten is over, too. */
async function isLongOver(temporal: Client, workflowId: string): Promise<boolean> {
  const handle = temporal.workflow.getHandle(workflowId);
  const described = await unlessUnknown(() => handle.describe());
  if (described === null) return true;
  const { closeTime } = described;
  return closeTime !== undefined && Date.now() - closeTime.getTime() > Timeout.stalledLookMs;
}

/** Executions of children of which a worker told the workflow that they are over. */
async function toldOf(handle: WorkflowHandle): Promise<Set<string | null | undefined>> {
  const { events } = await handle.fetchHistory();
  const signals = (events ?? []).flatMap(
    (event) => event.workflowExecutionSignaledEventAttributes ?? [],
  );
  return new Set(
    signals
      .filter(({ signalName }) => signalName === childEndedSignal)
      .map(({ input }) => (decoded(input) as ChildEnded | undefined)?.runId),
  );
}
