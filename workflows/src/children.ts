import { TemporalFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, getExternalWorkflowHandle, startChild } from '@temporalio/workflow';
import { waiting } from './activities.ts';
import type { ChildDisplay } from './child-display.ts';
import { heedEnds, unlessUntold, untold } from './ended-children.ts';

/**
 * The one way in which children start. A child that somebody else started (a parent before this one, which
 * was reset or terminated) is followed to its end, and then started again; one whose end nobody tells (the parent
 * was reset to a point after it began) is started again, too: it repeats nothing, because it asks the record first.
 */
export async function runChild<Input, Result>(
  type: (input: Input) => Promise<Result>,
  workflowId: string,
  input: Input,
  display: ChildDisplay,
): Promise<Result> {
  heedEnds();
  for (;;) {
    try {
      const child = await startChild(type, { workflowId, args: [input], ...display });
      const result = await unlessUntold(child.firstExecutionRunId, child.result());
      if (result !== untold) return result;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await follow(workflowId);
    }
  }
}

/** A cancellation reaches a followed child too, as it does one of our own, and waits for its end. */
async function follow(workflowId: string): Promise<void> {
  try {
    await waiting.followWorkflow({ workflowId });
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) {
      await CancellationScope.nonCancellable(() => cancel(workflowId));
    }
    throw error;
  }
}

async function cancel(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof TemporalFailure)) throw error;
  }
  await waiting.followWorkflow({ workflowId });
}
