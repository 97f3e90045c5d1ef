import type { Client } from '@temporalio/client';
import { unlessUnknown } from './below.ts';
import type { Stalled } from './contract.ts';
import type { OpenWorkflow } from './open-workflows.ts';
import { placeOfWorkflow } from './place.ts';

/** Within so long a parent has been told that its child ended. */
const toldWithinMs = 10_000;

/**
 * Workflows that wait for a child that is over, which nobody will tell them: so it is when a run was reset to a
 * point after that child began, and had been closed when the child ended.
 */
export async function stalledIn(
  temporal: Client,
  { handle: { workflowId: workflow }, raw }: OpenWorkflow,
): Promise<Stalled[]> {
  const children = (raw.pendingChildren ?? []).map(({ workflowId }) => workflowId ?? '');
  const over = await Promise.all(children.map((child) => isLongOver(temporal, child)));
  return children
    .filter((_, index) => over[index])
    .map((child) => ({ workflow, child, ...placeOfWorkflow(child) }));
}

async function isLongOver(temporal: Client, workflowId: string): Promise<boolean> {
  const handle = temporal.workflow.getHandle(workflowId);
  const closedAt = (await unlessUnknown(() => handle.describe()))?.closeTime;
  return closedAt !== undefined && Date.now() - closedAt.getTime() > toldWithinMs;
}
