import { TaskQueue } from '@ace/config';
import { ScheduleAlreadyRunning, ScheduleClient, ScheduleOverlapPolicy } from '@temporalio/client';
import { withConnection } from './connection.ts';

/** The workflow's type; `@ace/workflows` itself belongs into the worker's bundle alone. */
export const sweepWorkflowType = 'sweep';
export const sweepScheduleId = 'ace-sweep';

const note =
  'Removes what no run owns any more: sandboxes, checkpoints, files. `ace sweep` does so now.';
const changeDeadlineMs = 20_000;

/** Where to find the server, and the namespace that the workers serve. */
export interface ScheduleTarget {
  readonly address: string;
  readonly namespace: string;
}

/**
 * Has everything swept once an hour. A schedule that is there stays as it is, so that whoever pauses it or
 * changes its interval is not overruled by the next start.
 */
export async function ensureSweepSchedule({ address, namespace }: ScheduleTarget): Promise<void> {
  const create = async (schedules: ScheduleClient): Promise<void> => {
    await schedules.create({
      scheduleId: sweepScheduleId,
      spec: { intervals: [{ every: '1 hour' }] },
      action: {
        type: 'startWorkflow',
        workflowId: sweepScheduleId,
        workflowType: sweepWorkflowType,
        taskQueue: TaskQueue.Main,
      },
      // What was missed while nothing ran is made up for by the next sweep.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      state: { note },
    });
  };
  try {
    await withConnection(
      address,
      (connection) => create(new ScheduleClient({ connection, namespace })),
      changeDeadlineMs,
    );
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
