import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';

/** An activity that Temporal holds for open, in the try of which it knows. Times: milliseconds since 1970. */
export interface PendingActivity {
  workflowId: string;
  runId: string;
  activityId: string;
  kind: string;
  attempt: number;
  isStarted: boolean;
  /** Who had the last try. */
  worker: string;
  startedAt: number;
  heartbeatAt: number;
}

/** PENDING_ACTIVITY_STATE_STARTED. */
const started = 2;

/** All open activities of a workflow and of the children that it has now, and theirs. */
export async function pendingBelow(client: Client, workflowId: string): Promise<PendingActivity[]> {
  const { raw, runId } = await client.workflow.getHandle(workflowId).describe();
  const own = (raw.pendingActivities ?? []).map((one) => ({
    ...{ workflowId, runId, activityId: one.activityId ?? '', attempt: one.attempt ?? 1 },
    kind: one.activityType?.name ?? '',
    isStarted: Number(one.state) === started,
    worker: one.lastWorkerIdentity ?? '',
    startedAt: one.lastStartedTime ? tsToMs(one.lastStartedTime) : 0,
    heartbeatAt: one.lastHeartbeatTime ? tsToMs(one.lastHeartbeatTime) : 0,
  }));
  const children = (raw.pendingChildren ?? []).map((child) => child.workflowId ?? '');
  const theirs = await Promise.all(children.map((child) => pendingBelow(client, child)));
  return [...own, ...theirs.flat()];
}
