import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';
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
