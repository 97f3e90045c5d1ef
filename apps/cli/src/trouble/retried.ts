import { optionalTsToDate } from '@temporalio/common/lib/time';
import type { temporal as proto } from '@temporalio/proto';
import type { Trouble } from './contract.ts';
import { decoded, type History, scheduledById } from './history.ts';
import type { OpenWorkflow } from './open-workflows.ts';
import { placeOf, placeOfWorkflow } from './place.ts';
import { reasonOf } from './reason.ts';

type PendingActivity = proto.api.workflow.v1.IPendingActivityInfo;
type PendingTask = proto.api.workflow.v1.IPendingWorkflowTaskInfo;

/** What fails in an open workflow now and is tried again: its activities, and its own task. */
export async function retriedIn({ handle, raw }: OpenWorkflow): Promise<Trouble[]> {
  const activities = (raw.pendingActivities ?? []).filter(
    ({ attempt, lastFailure }) => (attempt ?? 1) > 1 && lastFailure,
  );
  const task = (raw.pendingWorkflowTask?.attempt ?? 1) > 1 ? raw.pendingWorkflowTask : null;
  if (activities.length === 0 && !task) return [];
  const history = await handle.fetchHistory();
  return [
    ...activities.map((activity) => retriedActivity(handle.workflowId, activity, history)),
    ...(task ? [retriedTask(handle.workflowId, task, history)] : []),
  ];
}

function retriedActivity(workflow: string, pending: PendingActivity, history: History): Trouble {
  const scheduled = scheduledById(history, pending.activityId ?? '');
  const since = failingSince(pending) ?? scheduled?.at ?? new Date();
  return {
    ...{ workflow, ...placeOfWorkflow(workflow), ...known(placeOf(scheduled?.input)) },
    step: pending.activityType?.name ?? 'activity',
    reason: reasonOf(pending.lastFailure),
    tries: (pending.attempt ?? 1) - 1,
    since: since.toISOString(),
  };
}

/** As the tries of a step tell each other through their heartbeats. */
function failingSince({ heartbeatDetails }: PendingActivity): Date | null {
  const said = decoded(heartbeatDetails) as { failingSince?: number } | null | undefined;
  return said?.failingSince === undefined ? null : new Date(said.failingSince);
}

/** Temporal records the first of the failures that follow each other. */
function retriedTask(workflow: string, pending: PendingTask, { events }: History): Trouble {
  const failed = events?.findLast((event) => event.workflowTaskFailedEventAttributes?.failure);
  const since = optionalTsToDate(failed?.eventTime ?? pending.originalScheduledTime) ?? new Date();
  return {
    ...{ workflow, ...placeOfWorkflow(workflow), step: 'workflow task' },
    reason: reasonOf(failed?.workflowTaskFailedEventAttributes?.failure),
    tries: (pending.attempt ?? 1) - 1,
    since: since.toISOString(),
  };
}

/** Without what is null: it takes nothing away from what the workflow's id says. */
const known = <T extends object>(place: T): Partial<T> =>
  Object.fromEntries(Object.entries(place).filter(([, value]) => value !== null)) as Partial<T>;
