import type { ExecuteActivities, RunPlan } from '@ace/activities';
import { executeQueueOf, Timeout } from '@ace/config/pure';
import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  proxyActivities,
} from '@temporalio/workflow';
import { records, waiting } from './activities.ts';
import { described } from './summaries.ts';
import { Course, type Standing } from './standing.ts';

/** How the work of a segment ended. */
export const SegmentEnd = {
  /** The run is finished. */
  Finished: 'finished',
  /** Another segment is due. */
  Due: 'due',
  /** Before its last iteration: a person stopped or cancelled the run. */
  Stopped: 'stopped',
} as const;
export type SegmentEnd = (typeof SegmentEnd)[keyof typeof SegmentEnd];

export interface Stoppable {
  run: string;
  plan: RunPlan;
  standing: Standing;
}

/**
 * Does a segment's work, until a person stops the run or cancels its workflow: then what is under way is cancelled,
 * nothing of it is left, and the record says so.
 * @throws CancelledFailure when the workflow was cancelled.
 */
export async function untilStopped(
  stoppable: Stoppable,
  work: () => Promise<SegmentEnd>,
): Promise<SegmentEnd> {
  const { standing } = stoppable;
  const workflow = CancellationScope.current();
  const scope = new CancellationScope();
  const halting = scope.run(() => untilHalted(stoppable)).then(() => scope.cancel(), ignore);
  let end: SegmentEnd = SegmentEnd.Stopped;
  try {
    end = await scope.run(() => workToHandover(standing, work));
  } catch (error) {
    if (!scope.consideredCancelled) throw error;
  }
  scope.cancel();
  await halting;
  const isStopped = standing.isStopping() || workflow.consideredCancelled;
  if (end === SegmentEnd.Finished || !isStopped) return end;

  await CancellationScope.nonCancellable(() => endExecutions(stoppable));
  const isCancelled = workflow.consideredCancelled;
  await CancellationScope.nonCancellable(async () => {
    await standing.close(isCancelled ? 'cancelled' : 'stopped');
    await condition(allHandlersFinished);
  });
  if (isCancelled) throw new CancelledFailure('the run was cancelled');
  return SegmentEnd.Stopped;
}

const ignore = (): void => undefined;

/** Nothing continues as new over a handler, or while the run is paused: its course would be forgotten. */
async function workToHandover(
  standing: Standing,
  work: () => Promise<SegmentEnd>,
): Promise<SegmentEnd> {
  const end = await work();
  const isFree = (): boolean => end !== SegmentEnd.Due || standing.course() !== Course.Paused;
  await condition(() => allHandlersFinished() && isFree());
  return end;
}

/** Resolves when a person wants the run to end, and it may: at once, or when it has come as far as it can. */
async function untilHalted({ run, standing }: Stoppable): Promise<void> {
  await condition(() => standing.isStopping());
  let hasHalted = false;
  while (!hasHalted && standing.course() === Course.Stopping) {
    hasHalted = await asLongAs(standing, (blocked) =>
      waiting.awaitHalt({ run, admitted: standing.admitted(), blocked }),
    );
  }
}

/** Whether `wait` came to its end; it is given up when steps are blocked or released, or the run is to stop now. */
function asLongAs(
  standing: Standing,
  wait: (blocked: number[]) => Promise<void>,
): Promise<boolean> {
  const blocked = standing.blocked();
  const hasChanged = (): boolean =>
    standing.course() !== Course.Stopping || String(standing.blocked()) !== String(blocked);
  return CancellationScope.cancellable(async () => {
    try {
      return await Promise.race([
        wait(blocked).then(() => true),
        condition(hasChanged).then(() => false),
      ]);
    } finally {
      CancellationScope.current().cancel();
    }
  });
}

/** Most have ended with the activities that waited for them; not those whose worker died over that. */
async function endExecutions({ run, plan }: Stoppable): Promise<void> {
  const { hosts } = await records.hostsOf({ run });
  if (hosts.length === 0) return;
  // The record first: whom nobody owns is removed by the sweep, should its host not answer now.
  await records.giveUpExecutions({ run, why: 'the run was stopped' });
  await Promise.all(hosts.map((host) => stopSandboxes(host, run, plan.hostLostAfterSeconds)));
}

async function stopSandboxes(host: string, run: string, reachWithinSeconds: number): Promise<void> {
  const there = described(
    proxyActivities<Pick<ExecuteActivities, 'stopSandboxes'>>({
      taskQueue: executeQueueOf(host),
      scheduleToStartTimeout: reachWithinSeconds * 1000,
      startToCloseTimeout: Timeout.provisioningMs,
      heartbeatTimeout: Timeout.heartbeatMs,
      retry: { maximumAttempts: 3, initialInterval: Timeout.retryInitialMs },
    }),
  );
  try {
    await there.stopSandboxes({ run });
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
}
