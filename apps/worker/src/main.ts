import {
  createExecuteActivities,
  createMainActivities,
  createTurnActivities,
} from '@ace/activities';
import { executeQueueOf, TaskQueue, Timeout } from '@ace/config';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { workflowBundle } from './bundle.ts';
import { openDependencies } from './dependencies.ts';
import { settingsFrom, type WorkerSettings } from './settings.ts';
import { keepWaking } from './waking.ts';

/** One process, four queues: workflows and short effects, waiting, sandboxes for anybody, sandboxes of this host. */
async function main(): Promise<void> {
  const settings = settingsFrom(process.env);
  Runtime.install({ shutdownSignals: ['SIGINT', 'SIGTERM'] });
  const { deps, close } = await openDependencies(settings);
  const connection = await NativeConnection.connect({ address: settings.temporalAddress });
  try {
    const workers = await Promise.all(
      (await queuesOf(settings, deps)).map((options) =>
        Worker.create({ connection, namespace: settings.namespace, ...liveness, ...options }),
      ),
    );
    console.log(
      `worker ready on ${deps.host}: ${settings.slots} sandboxes at once, in ${deps.sandbox.kind}`,
    );
    const stopWaking = keepWaking(deps.temporal);
    await Promise.all(workers.map((worker) => worker.run())).finally(stopWaking);
  } finally {
    await connection.close();
    await close();
  }
}

/** Unless told, the SDK keeps heartbeats back until four fifths of their time-out are over: too late on a busy machine. */
const liveness = { maxHeartbeatThrottleInterval: Timeout.heartbeatEveryMs };

async function queuesOf(
  { cache, slots }: WorkerSettings,
  deps: Parameters<typeof createMainActivities>[0],
): Promise<WorkerOptions[]> {
  const executing = {
    activities: createExecuteActivities(deps),
    maxConcurrentActivityTaskExecutions: slots,
  };
  return [
    {
      taskQueue: TaskQueue.Main,
      workflowBundle: await workflowBundle(cache),
      activities: createMainActivities(deps),
      stickyQueueScheduleToStartTimeout: Timeout.stickyScheduleToStartMs,
    },
    {
      taskQueue: TaskQueue.Turn,
      activities: createTurnActivities(deps),
      maxConcurrentActivityTaskExecutions: 1000,
    },
    { taskQueue: TaskQueue.Execute, ...executing },
    { taskQueue: executeQueueOf(deps.host), ...executing },
  ];
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `worker: ${error.message}` : error);
  // What was opened before the failure would keep the process alive.
  process.exit(1);
});
