import { type ChildEnded, childEndedSignal, TaskQueue } from '@ace/config';
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { openWorkflows } from './open-workflows.ts';

/** A workflow that waits for a child which is over, each named by its execution. */
export interface StalledParent {
  parent: { workflowId: string; runId: string };
  child: ChildEnded;
}

/**
 * Wakes workflows that wait for a child which is over, of which nobody tells them: so it is when one was reset to
 * a point after the child began, and had been closed when the child ended. Who is found at two looks, one after the
 * other, is told; the time between them is the time that Temporal has to do so itself, whatever the clocks say.
 * Several that look harm nobody.
 */
export function stalledParents(temporal: Client): () => Promise<StalledParent[]> {
  let known = new Map<string, 'seen' | 'told'>();

  /** Looks, and resolves with whom it woke. @throws what Temporal answers; the next look does it again. */
  return async function look() {
    const stalled = await findStalled(temporal);
    const due = stalled.filter((one) => known.get(keyOf(one)) === 'seen');
    const telling = await Promise.allSettled(due.map((one) => tell(temporal, one)));
    const untold = new Set(due.filter((_, index) => telling[index]!.status === 'rejected'));
    known = new Map(
      stalled.map((one) => [
        keyOf(one),
        known.has(keyOf(one)) && !untold.has(one) ? 'told' : 'seen',
      ]),
    );
    const failed = telling.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return due;
  };
}

const keyOf = ({ parent, child }: StalledParent): string => `${parent.runId} ${child.runId}`;

const childless = 'executionGroup';
const parents = ['trainingRun', 'trainingIteration', 'evaluation', 'replayIteration'];
const open =
  `TaskQueue = '${TaskQueue.Main}' AND ExecutionStatus = 'Running' AND WorkflowType IN ` +
  `(${[...parents, childless].map((type) => `'${type}'`).join(', ')})`;

/**
 * Temporal goes on to count a child that was over when its parent was reset, also once the parent knows; so these
 * may have been told.
 */
async function findStalled(temporal: Client): Promise<StalledParent[]> {
  const isOpen = openWorkflows(temporal);
  const listed: { workflowId: string; runId: string; type: string }[] = [];
  for await (const info of temporal.workflow.list({ query: open })) listed.push(info);
  const known = new Set(listed.map(({ workflowId }) => workflowId));
  const stalled: StalledParent[] = [];
  for (const { workflowId, runId, type } of listed) {
    if (type === childless) continue;
    for (const child of await childrenOf(temporal, workflowId, runId)) {
      if (known.has(child.workflowId) || (await isOpen(child.workflowId))) continue;
      stalled.push({ parent: { workflowId, runId }, child });
    }
  }
  return stalled;
}

/** Those that have begun and of whose end the workflow was not told by Temporal. */
async function childrenOf(
  { workflow }: Client,
  workflowId: string,
  runId: string,
): Promise<ChildEnded[]> {
  try {
    const { status, raw } = await workflow.getHandle(workflowId, runId).describe();
    if (status.name !== 'RUNNING') return [];
    return (raw.pendingChildren ?? []).flatMap((child) =>
      child.workflowId && child.runId ? [{ workflowId: child.workflowId, runId: child.runId }] : [],
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

/** Of gRPC. */
const notFound: readonly number[] = [5];

/** By the request's id Temporal knows a second such signal, whoever sends it, and drops it. */
async function tell(
  { workflowService, options: { namespace, identity } }: Client,
  { parent, child }: StalledParent,
): Promise<void> {
  try {
    await workflowService.signalWorkflowExecution({
      ...{ namespace, identity, workflowExecution: parent, signalName: childEndedSignal },
      input: { payloads: [defaultPayloadConverter.toPayload(child)] },
      requestId: `${childEndedSignal}/${child.runId}`,
    });
  } catch (error) {
    // It was closed meanwhile.
    if (!isGrpcServiceError(error) || !notFound.includes(error.code)) throw error;
  }
}
