import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild } from '@temporalio/workflow';
import { waiting } from './activities.ts';
import type { ChildDisplay } from './child-display.ts';

/**
 * The one way in which children start. A child that somebody else started (a parent before this one, which
 * was reset or terminated) is followed to its end, and then started again: it repeats nothing, because it
 * asks the record first.
 */
export async function runChild<Input, Result>(
  type: (input: Input) => Promise<Result>,
  workflowId: string,
  input: Input,
  display: ChildDisplay,
): Promise<Result> {
  for (;;) {
    try {
      return await executeChild(type, { workflowId, args: [input], ...display });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await waiting.followWorkflow({ workflowId });
    }
  }
}
