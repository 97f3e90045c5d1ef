import { type Client, type ScheduleDescription, WorkflowNotFoundError } from '@temporalio/client';
import { firingsBetween } from './firings.ts';
import { trainingSchedules } from './training-schedules.ts';

/** A schedule that should have started runs lately and did not. */
export interface SkippedSchedule {
  schedule: string;
  /** Firings since the last one that started a run, at least {@link fewest}. */
  firings: number;
  /** When the first of them was due, ISO 8601. */
  since: string;
  /** The run that was still open then; null when the server was away for longer than the catch-up window. */
  run: string | null;
}

/** One skipped firing is what the overlap policy is for. */
const fewest = 2;

/** The server may be about to see to a firing that is due. */
const slackMs = 5_000;

/** Schedules whose last two firings were skipped. Those that somebody paused are silent on purpose. */
export async function skippedSchedules(temporal: Client): Promise<SkippedSchedule[]> {
  const all = await trainingSchedules(temporal.schedule);
  const skipped = await Promise.all(all.map((schedule) => skippedOf(temporal, schedule)));
  return skipped.filter((schedule) => schedule !== null);
}

async function skippedOf(
  temporal: Client,
  { scheduleId, state, info }: ScheduleDescription,
): Promise<SkippedSchedule | null> {
  const { numActionsSkippedOverlap: overlapped, numActionsMissedCatchupWindow: missed } = info;
  if (state.paused || overlapped + missed < fewest) return null;
  const last = info.recentActions.at(-1);
  const after = last?.scheduledAt ?? info.createdAt;
  const until = new Date(Date.now() - slackMs);
  if (until <= after) return null;
  const due = await firingsBetween(temporal.schedule, scheduleId, after, until);
  const [first, second] = due;
  if (!first || !second) return null;
  const run = last?.action.workflow.workflowId;
  const isOpen = run !== undefined && (await wasOpenAt(temporal, run, second));
  // What was due while it was paused counts as neither.
  if (!isOpen && missed < fewest) return null;
  return {
    ...{ schedule: scheduleId, firings: due.length, since: first.toISOString() },
    run: isOpen ? run : null,
  };
}

async function wasOpenAt(temporal: Client, run: string, time: Date): Promise<boolean> {
  try {
    const { closeTime } = await temporal.workflow.getHandle(run).describe();
    return closeTime === undefined || closeTime > time;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
