import type { ScheduleClient } from '@temporalio/client';
import { optionalDateToTs, tsToDate } from '@temporalio/common/lib/time';
import { setTimeout } from 'node:timers/promises';
import { trainingSchedule } from './training-schedules.ts';

/** The times at which a schedule is to fire, after one time and until another; the first thousand. */
export async function firingsBetween(
  schedules: ScheduleClient,
  schedule: string,
  after: Date,
  until: Date,
): Promise<Date[]> {
  const { startTime } = await schedules.workflowService.listScheduleMatchingTimes({
    ...{ namespace: schedules.options.namespace, scheduleId: schedule },
    ...{ startTime: optionalDateToTs(after) ?? null, endTime: optionalDateToTs(until) ?? null },
  });
  return startTime.map(tsToDate).filter((time) => time > after);
}

/**
 * Fires once for every time of the schedule in a span that is over, one run after the other. A time for which
 * there was a run finds that one, finished, and does nothing again. Returns the times.
 */
export async function backfillTraining(
  schedules: ScheduleClient,
  schedule: string,
  span: { from: Date; to: Date },
): Promise<Date[]> {
  await trainingSchedule(schedules, schedule);
  // Its beginning belongs to it.
  const justBefore = new Date(span.from.getTime() - 1);
  const times = await firingsBetween(schedules, schedule, justBefore, span.to);
  // By the schedule's own policy all but the first might be skipped.
  const { from: start, to: end } = span;
  await schedules.getHandle(schedule).backfill({ start, end, overlap: 'BUFFER_ALL' });
  return times;
}

const triggerPatienceMs = 20_000;
const pollMs = 100;

/** Fires now. Returns the run's name; null when it was skipped, because an earlier run is open. */
export async function triggerTraining(
  schedules: ScheduleClient,
  schedule: string,
): Promise<string | null> {
  const { info: before } = await trainingSchedule(schedules, schedule);
  await schedules.getHandle(schedule).trigger('SKIP');
  for (const until = performance.now() + triggerPatienceMs; performance.now() < until;) {
    const { info } = await trainingSchedule(schedules, schedule);
    if (info.numActionsTaken > before.numActionsTaken) {
      return info.recentActions.at(-1)?.action.workflow.workflowId ?? null;
    }
    if (info.numActionsSkippedOverlap > before.numActionsSkippedOverlap) return null;
    await setTimeout(pollMs);
  }
  throw new Error(
    `schedule ${schedule}: the server did not fire it in ${triggerPatienceMs / 1000} s`,
  );
}
