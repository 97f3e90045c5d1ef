import type { OpenRunInput } from '@ace/activities';
import type { WorkflowInfo } from '@temporalio/workflow';

/** The search attribute that Temporal gives to what a schedule starts. A continued run keeps it. */
const startedBy = 'TemporalScheduledById';

/** The schedule that started a run, if one did: whoever made it, the CLI or somebody in the UI. */
export function scheduleOf({ searchAttributes }: WorkflowInfo): Pick<OpenRunInput, 'schedule'> {
  // Temporal writes it without a type, so that the typed ones lack it.
  const [schedule] = searchAttributes[startedBy] ?? [];
  return typeof schedule === 'string' ? { schedule } : {};
}
