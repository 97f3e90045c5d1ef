import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';
import { tsToMs } from '@temporalio/common/lib/time';
import { eventually } from '../../e2e/eventually.ts';
import type { TimeOutCounts } from './results-contract.ts';

/** What Temporal recorded of all workflows of a run that has ended: the run's own, its children and theirs. */
export async function timeOutsOf(client: Client, run: string): Promise<TimeOutCounts> {
  let histories: History[] = [];
  await eventually(`all workflows of ${run} are listed as ended`, async () => {
    histories = await historiesOf(client, run);
    const children = histories.reduce((sum, one) => sum + count(one, isChildStart), 0);
    return histories.length > children;
  });
  return countTimeOuts(histories);
}

async function historiesOf(client: Client, run: string): Promise<History[]> {
  const query = `WorkflowId = '${run}' OR WorkflowId STARTS_WITH '${run}/'`;
  const found: History[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    found.push(await client.workflow.getHandle(workflowId, runId).fetchHistory());
  }
  return found;
}

export function countTimeOuts(histories: readonly History[]): TimeOutCounts {
  const all = (holds: (event: Event) => boolean): number =>
    histories.reduce((sum, history) => sum + count(history, holds), 0);
  return {
    workflows: histories.length,
    activities: all(({ activityTaskStartedEventAttributes: one }) => Boolean(one)),
    timedOut: all(({ activityTaskTimedOutEventAttributes: one }) => Boolean(one)),
    triedAgain: all(({ activityTaskStartedEventAttributes: one }) => Number(one?.attempt ?? 1) > 1),
    lateWorkflowTasks: all(
      ({ workflowTaskTimedOutEventAttributes: one }) => Number(one?.timeoutType) === startToClose,
    ),
  };
}

type Event = NonNullable<History['events']>[number];

/** TIMEOUT_TYPE_START_TO_CLOSE. */
const startToClose = 1;

const count = ({ events }: History, holds: (event: Event) => boolean): number =>
  (events ?? []).filter(holds).length;

const isChildStart = (event: Event): boolean =>
  Boolean(event.childWorkflowExecutionStartedEventAttributes);

/** When the next try began, if it has ended; the activity in its place that is still open; or neither. */
export type NextTry = { startedAt: number } | { activityId: string } | 'open' | 'answered';

/**
 * What became of an activity that is no longer open. One that timed out for good is tried again as another
 * activity with the same input. `answered`: by the try that was taken for lost.
 */
export function nextTryIn({ events }: History, activityId: string, attempt: number): NextTry {
  const all = events ?? [];
  const scheduled = all.find((event) => scheduleOf(event)?.activityId === activityId);
  if (!scheduled) return 'open';
  const started = startOf(all, scheduled);
  const tries = Number(started?.activityTaskStartedEventAttributes?.attempt ?? attempt);
  if (started && tries > attempt) return { startedAt: tsToMs(started.eventTime) };
  const timedOut = all.find(({ activityTaskTimedOutEventAttributes: one }) =>
    isOf(one?.scheduledEventId, scheduled),
  );
  if (!timedOut) return started ? 'answered' : 'open';
  const instead = all.slice(all.indexOf(timedOut)).find((event) => isLike(event, scheduled));
  if (!instead) return 'open';
  const startedInstead = startOf(all, instead);
  if (startedInstead) return { startedAt: tsToMs(startedInstead.eventTime) };
  return { activityId: scheduleOf(instead)?.activityId ?? '' };
}

const scheduleOf = (event: Event) => event.activityTaskScheduledEventAttributes;

const startOf = (all: readonly Event[], scheduled: Event): Event | undefined =>
  all.find(({ activityTaskStartedEventAttributes: one }) => isOf(one?.scheduledEventId, scheduled));

const isOf = (id: Event['eventId'], { eventId }: Event): boolean =>
  Boolean(id) && Number(id) === Number(eventId);

function isLike(event: Event, scheduled: Event): boolean {
  const inputOf = (one: Event) =>
    scheduleOf(one)?.input?.payloads?.map(({ data }) => Buffer.from(data ?? []).toString());
  const [own, other] = [scheduleOf(event), scheduleOf(scheduled)];
  if (!own || own.activityType?.name !== other?.activityType?.name) return false;
  return JSON.stringify(inputOf(event)) === JSON.stringify(inputOf(scheduled));
}
