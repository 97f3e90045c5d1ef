import { defaultPayloadConverter } from '@temporalio/common';
import { requiredTsToDate } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';

export type History = temporal.api.history.v1.IHistory;
type Event = temporal.api.history.v1.IHistoryEvent;

/** An activity as its workflow scheduled it. */
export interface Scheduled {
  step: string;
  input: unknown;
  at: Date;
}

export const scheduledById = (history: History, activityId: string): Scheduled | null =>
  scheduledBy(
    history,
    (event) => event.activityTaskScheduledEventAttributes?.activityId === activityId,
  );

export const scheduledByEvent = (history: History, eventId: string): Scheduled | null =>
  scheduledBy(history, (event) => String(event.eventId) === eventId);

function scheduledBy({ events }: History, is: (event: Event) => boolean): Scheduled | null {
  const event = events?.find(is);
  const scheduled = event?.activityTaskScheduledEventAttributes;
  if (!event || !scheduled) return null;
  return {
    step: scheduled.activityType?.name ?? 'activity',
    input: decoded(scheduled.input),
    at: timeOf(event),
  };
}

export const timeOf = (event: Event): Date => requiredTsToDate(event.eventTime, 'eventTime');

/** The first of the payloads; undefined where there is none, or none that JSON can tell. */
export function decoded(payloads: temporal.api.common.v1.IPayloads | null | undefined): unknown {
  const [first] = payloads?.payloads ?? [];
  if (!first) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(first);
  } catch {
    return undefined;
  }
}
