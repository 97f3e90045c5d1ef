import type { ExecuteActivities, MainActivities, TurnActivities } from '@ace/activities';
import { TaskQueue, Timeout } from '@ace/config/pure';
import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
} from '@temporalio/workflow';
import { described } from './summaries.ts';

/** Without a limit on tries: worker deaths may not use them up, and an infrastructure failure is never a grade. */
const untilItWorks: ActivityOptions['retry'] = {
  initialInterval: Timeout.retryInitialMs,
  maximumInterval: Timeout.retryMaximumMs,
  backoffCoefficient: 2,
};

/** Of Temporal's server: this time-out ends an activity instead of the try. */
const heartbeatTimedOut = 'TemporalTimeout:Heartbeat';

/** A cancelled effect has ended when the workflow hears of that; unless told, it hears at once. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** A day of engine time for one step; a silent worker is noticed by its heartbeats long before. */
const stepDeadline = '1 day';

/** Short database effects; they heartbeat too, so that a dead worker's are taken up at once. */
export const records = described(
  proxyActivities<
    Pick<
      MainActivities,
      | 'recordFailure'
      | 'clearFailure'
      | 'recordStanding'
      | 'changeLimits'
      | 'hostsOf'
      | 'giveUpExecutions'
      | 'finishRun'
      | 'sample'
      | 'layOutEvaluation'
      | 'readOpenGroup'
      | 'hostsToSweep'
      | 'planReplay'
      | 'retryFailed'
      | 'startFork'
      | 'countEnds'
    >
  >({
    taskQueue: TaskQueue.Main,
    startToCloseTimeout: Timeout.shortActivityMs,
    heartbeatTimeout: Timeout.heartbeatMs,
    retry: untilItWorks,
    cancellationType,
  }),
);

/** Effects on the policy engine, the grader and the buffer, or on a whole record: long, heartbeating. */
export const steps = described(
  proxyActivities<
    Pick<
      MainActivities,
      | 'openRun'
      | 'initialise'
      | 'generate'
      | 'generateEvaluation'
      | 'grade'
      | 'evolve'
      | 'update'
      | 'openScratch'
      | 'turnScratchToLearning'
      | 'compareScratch'
      | 'openScratchGroup'
      | 'compareScratchGroup'
      | 'dropScratch'
    >
  >({
    taskQueue: TaskQueue.Main,
    startToCloseTimeout: stepDeadline,
    heartbeatTimeout: Timeout.heartbeatMs,
    retry: untilItWorks,
    cancellationType,
  }),
);

/** Waiting, on a queue of its own so that it never takes an effect's slot. */
export const waiting = described(
  proxyActivities<TurnActivities>({
    taskQueue: TaskQueue.Turn,
    startToCloseTimeout: '365 days',
    heartbeatTimeout: Timeout.heartbeatMs,
    retry: untilItWorks,
  }),
);

/** Sandboxes: the deadline comes from the competition's wall limit, liveness from heartbeats. */
export const executing = (queue: string, wallSeconds: number, over: ActivityOptions = {}) =>
  described(
    proxyActivities<Pick<ExecuteActivities, 'execute'>>({
      taskQueue: queue,
      startToCloseTimeout: wallSeconds * 1000 + Timeout.provisioningMs,
      heartbeatTimeout: Timeout.heartbeatMs,
      retry: untilItWorks,
      cancellationType,
      ...over,
    }),
  );

/**
 * On any host. When the worker falls silent the activity is over: a further try would stand behind all that waits
 * for a slot, while its sandbox runs and nobody waits for it.
 */
export const executingAnywhere = (wallSeconds: number) =>
  executing(TaskQueue.Execute, wallSeconds, {
    retry: { ...untilItWorks, nonRetryableErrorTypes: [heartbeatTimedOut] },
  });
