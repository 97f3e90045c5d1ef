import { executeQueueOf, TaskQueue } from '@ace/config';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepReport } from './index.ts';

const namespace = `sweep-${process.pid}`;
const none = { count: 0, names: [] };

/** What each host answers, by its queue. */
const answers: Record<string, Record<string, () => unknown>> = {
  [executeQueueOf('north')]: {
    sweepSandboxes: () => ({ kind: 'sandbox', count: 70, names: namesOf('north', 40) }),
    sweepCheckpoints: () => ({ kind: 'checkpoint', count: 4, names: [] }),
    sweepArtifacts: () => ({ kind: 'artifact', ...none }),
  },
  [executeQueueOf('south')]: {
    sweepSandboxes: () => ({ kind: 'sandbox', count: 40, names: namesOf('south', 40) }),
    sweepCheckpoints: () => {
      throw ApplicationFailure.create({ message: 'the engine is away', type: 'Away' });
    },
    sweepArtifacts: () => ({ kind: 'artifact', ...none }),
  },
};
const namesOf = (host: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${host}-${index}`);

let hosts: string[] = [];
const answer = (piece: string) => () =>
  Promise.resolve().then(() => answers[Context.current().info.taskQueue]?.[piece]?.());
const activities = {
  hostsToSweep: () => Promise.resolve({ hosts }),
  sweepSandboxes: answer('sweepSandboxes'),
  sweepCheckpoints: answer('sweepCheckpoints'),
  sweepArtifacts: answer('sweepArtifacts'),
};

// Failures are what is tested here: not news.
Runtime.install({ logger: new DefaultLogger('ERROR') });

let connection: Connection;
let native: NativeConnection;
let client: Client;
let stopWorkers: () => Promise<void>;

beforeAll(async () => {
  const address = process.env.ACE_TEST_TEMPORAL_ADDRESS!;
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod },
  });
  client = new Client({ connection, namespace });
  while (!(await isServed())) await new Promise((resume) => setTimeout(resume, 100));
  stopWorkers = await startWorkers();
}, 60_000);

afterAll(async () => {
  await stopWorkers?.();
  await native?.close();
  await connection?.close();
}, 30_000);

/** A new namespace takes the server a moment. */
const isServed = (): Promise<boolean> =>
  client.workflow.count().then(
    () => true,
    () => false,
  );

async function startWorkers(): Promise<() => Promise<void>> {
  const workflowsPath = fileURLToPath(new URL('index.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath });
  const workers = await Promise.all(
    [TaskQueue.Main, ...Object.keys(answers)].map((taskQueue) =>
      Worker.create({
        ...{ connection: native, namespace, taskQueue, activities },
        ...(taskQueue === TaskQueue.Main ? { workflowBundle } : {}),
      }),
    ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
  };
}

function sweep(workflowId: string): Promise<SweepReport> {
  const options = { workflowId, taskQueue: TaskQueue.Main, args: [{ reachWithinSeconds: 2 }] };
  return client.workflow.execute<() => Promise<SweepReport>>('sweep', options as never);
}

describe('a sweep', () => {
  it('reports by host and kind what was removed, with at most 50 names', async () => {
    hosts = ['north', 'south'];
    const { removed, notReached, failed } = await sweep('both');
    expect(removed.map(({ kind, host, count }) => [kind, host, count])).toEqual([
      ['sandbox', 'north', 70],
      ['checkpoint', 'north', 4],
      ['sandbox', 'south', 40],
    ]);
    expect(removed.map(({ names }) => names.length)).toEqual([40, 0, 10]);
    expect(notReached).toEqual([]);
    expect(failed).toEqual(['sweepCheckpoints on south: the engine is away']);
  });

  it('names a host without a worker, and is not held up by it', async () => {
    hosts = ['gone', 'north'];
    const { removed, notReached, failed } = await sweep('one-gone');
    expect(removed.map(({ host, count }) => [host, count])).toEqual([
      ['north', 70],
      ['north', 4],
    ]);
    expect([notReached, failed]).toEqual([['gone'], []]);
  });
});
