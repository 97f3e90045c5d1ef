import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { Recovery } from './results-contract.ts';

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

const lookEveryMs = 100;
const patienceMs = 180_000;

/**
 * Follows activities of a dead worker until each has been taken up. One that the worker had answered after all
 * is left out. @throws when one is not taken up in minutes.
 */
export async function recoveriesOf(
  client: Client,
  run: string,
  lost: readonly PendingActivity[],
  killedAt: number,
): Promise<Recovery[]> {
  const recoveries: Recovery[] = [];
  let open = [...lost];
  while (open.length > 0) {
    const pending = await pendingBelow(client, run);
    const looked = await Promise.all(open.map((one) => look(client, one, pending)));
    for (const at of looked) if (at !== 'open' && at !== null) recoveries.push(after(killedAt, at));
    open = open.filter((_, place) => looked[place] === 'open');
    if (Date.now() - killedAt > patienceMs)
      throw new Error(`not taken up: ${JSON.stringify(open)}`);
    await new Promise((resume) => setTimeout(resume, lookEveryMs));
  }
  return recoveries;
}

interface TakenUp {
  kind: string;
  at: number;
  heartbeatSeen: boolean;
}

const after = (killedAt: number, { kind, at, heartbeatSeen }: TakenUp): Recovery => {
  return { kind, seconds: (at - killedAt) / 1000, heartbeatSeen };
};

/** Null when there was no next try. */
async function look(
  client: Client,
  lost: PendingActivity,
  pending: readonly PendingActivity[],
): Promise<TakenUp | 'open' | null> {
  const now = pending.find(
    ({ runId, activityId }) => runId === lost.runId && activityId === lost.activityId,
  );
  if (!now) return fromHistory(client, lost);
  const isAlive = now.attempt > lost.attempt && now.isStarted && now.heartbeatAt >= now.startedAt;
  return isAlive ? { kind: lost.kind, at: now.heartbeatAt, heartbeatSeen: true } : 'open';
}

/** Temporal writes the last try's start down once the activity has ended. */
async function fromHistory(
  client: Client,
  lost: PendingActivity,
): Promise<TakenUp | 'open' | null> {
  const handle = client.workflow.getHandle(lost.workflowId, lost.runId);
  const events = (await handle.fetchHistory()).events ?? [];
  const scheduled = events.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityId === lost.activityId,
  );
  const start = events.find((event) => {
    const id = event.activityTaskStartedEventAttributes?.scheduledEventId;
    return id && scheduled && String(id) === String(scheduled.eventId);
  });
  if (!start?.eventTime) return 'open';
  if (start.activityTaskStartedEventAttributes?.attempt === lost.attempt) return null;
  return { kind: lost.kind, at: tsToMs(start.eventTime), heartbeatSeen: false };
}
