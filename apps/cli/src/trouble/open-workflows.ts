import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { listBelow, unlessUnknown } from './below.ts';

/** A workflow that goes on, and what Temporal holds of it. */
export interface OpenWorkflow {
  handle: WorkflowHandle;
  raw: WorkflowExecutionDescription['raw'];
}

const atOnce = 16;

/** The run and all below it, as far as they are open. */
export async function openWorkflows(temporal: Client, run: string): Promise<OpenWorkflow[]> {
  const ids = [run];
  for await (const { workflowId } of listBelow(temporal, run, ['Running'])) ids.push(workflowId);
  const open = await inTurns(ids, (id) => describeOpen(temporal.workflow.getHandle(id)));
  return open.filter((workflow) => workflow !== null);
}

async function describeOpen(handle: WorkflowHandle): Promise<OpenWorkflow | null> {
  const described = await unlessUnknown(() => handle.describe());
  return described?.status.name === 'RUNNING' ? { handle, raw: described.raw } : null;
}

/** A run may have thousands of open workflows: only some of them are asked about at once. */
export async function inTurns<From, To>(
  all: readonly From[],
  ask: (one: From) => Promise<To>,
): Promise<To[]> {
  const answers: To[] = [];
  for (let first = 0; first < all.length; first += atOnce) {
    answers.push(...(await Promise.all(all.slice(first, first + atOnce).map(ask))));
  }
  return answers;
}
