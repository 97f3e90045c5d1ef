import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';

export const namespace = 'default';

const askDeadlineMs = 2_000;
/** A change must succeed, on a busy machine too. */
const changeDeadlineMs = 20_000;

/** Asks a Temporal server for its version, e.g. `1.32.0`; null when it does not serve the namespace. */
export async function temporalVersion(address: string): Promise<string | null> {
  return withConnection(address, async (connection) => {
    await connection.workflowService.describeNamespace({ namespace });
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    return serverVersion;
  }).catch(() => null);
}

const retention = msToTs('365 days');

/** Closed workflows stay in the UI for a year; without this a development server forgets them in a day. */
export async function keepForAYear(address: string): Promise<void> {
  const change = { namespace, config: { workflowExecutionRetentionTtl: retention } };
  await withConnection(
    address,
    ({ workflowService }) => workflowService.updateNamespace(change),
    changeDeadlineMs,
  );
}

/** Runs `body` with a connection of its own; every call of it ends by the deadline. */
export async function withConnection<T>(
  address: string,
  body: (connection: Connection) => Promise<T>,
  deadlineMs = askDeadlineMs,
): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: deadlineMs });
  try {
    return await connection.withDeadline(Date.now() + deadlineMs, () => body(connection));
  } finally {
    await connection.close();
  }
}

/** TASK_QUEUE_TYPE_WORKFLOW. */
const workflowTasks = 1;

/** Identities of the workers that asked for workflow tasks of a queue lately; none when nobody answers. */
export async function pollers(address: string, taskQueue: string): Promise<string[]> {
  return withConnection(address, async ({ workflowService }) => {
    const request = { namespace, taskQueue: { name: taskQueue }, taskQueueType: workflowTasks };
    const answer = await workflowService.describeTaskQueue(request);
    return answer.pollers.map(({ identity }) => identity ?? '');
  }).catch(() => []);
}
