import { childEndedSignal, TaskQueue } from '@ace/config';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stalledParents } from './stalled-parents.ts';
import { openTestNamespace, type TestNamespace } from './testing/temporal.ts';

const { COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION } = proto.temporal.api.enums.v1.CommandType;
const taskQueue = { name: TaskQueue.Main };

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await openTestNamespace(`stalled-parents-${process.pid}`);
}, 60_000);
afterAll(() => namespace?.close(), 30_000);

/** What a worker does, so that a workflow begins a child, and so that it notes that the child has begun. */
async function decide(...commands: proto.temporal.api.command.v1.ICommand[]): Promise<void> {
  const { connection, workflowService, options } = namespace.client;
  const task = { namespace: options.namespace, taskQueue, identity: 'a test' };
  const { taskToken } = await connection.withDeadline(Date.now() + 20_000, () =>
    workflowService.pollWorkflowTaskQueue(task),
  );
  await workflowService.respondWorkflowTaskCompleted({ ...task, taskToken, commands });
}

interface Family {
  parent: WorkflowHandle;
  child: WorkflowHandle;
}

/** A run whose iteration has begun; nobody works on the two. */
async function begin(run: string, workflowType = 'trainingRun'): Promise<Family> {
  const { workflow } = namespace.client;
  const options = { workflowId: run, taskQueue: TaskQueue.Main, args: [] };
  await workflow.start(workflowType, options);
  const parent = workflow.getHandle(run);
  const child = workflow.getHandle(`${run}/iteration/1`);
  await decide({
    commandType: COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION,
    startChildWorkflowExecutionCommandAttributes: {
      ...{ workflowId: child.workflowId, workflowType: { name: 'trainingIteration' } },
      taskQueue: { name: 'nobody' },
    },
  });
  await decide();
  return { parent, child };
}

/** The parent is terminated, and its child with it; then the parent is reset to after the child began. */
async function stall({ parent, child }: Family): Promise<void> {
  const { workflowService, options } = namespace.client;
  const { runId } = await parent.describe();
  await parent.terminate('a test');
  const isOver = async () => (await child.describe()).status.name === 'TERMINATED';
  await eventually('the child is over', isOver);
  const finished = (await parent.fetchHistory()).events!.findLast(
    (event) => event.workflowTaskCompletedEventAttributes,
  )!;
  await workflowService.resetWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId: parent.workflowId, runId },
    ...{ requestId: 'a-test', workflowTaskFinishEventId: finished.eventId! },
  });
  await isListed(parent.workflowId);
}

async function isListed(run: string): Promise<void> {
  const query = `WorkflowId = '${run}' AND ExecutionStatus = 'Running'`;
  const { workflow } = namespace.client;
  await eventually(`${run} is listed`, async () => (await workflow.count(query)).count === 1);
}

const eventually = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  expect.poll(holds, { timeout: 20_000, message: what }).toBe(true);

/** What the parent was told. */
async function told({ parent }: Family): Promise<unknown[]> {
  const signals = ((await parent.fetchHistory()).events ?? []).flatMap(
    (event) => event.workflowExecutionSignaledEventAttributes ?? [],
  );
  expect(signals.map(({ signalName }) => signalName)).toEqual(signals.map(() => childEndedSignal));
  return signals.map(({ input }) => defaultPayloadConverter.fromPayload(input!.payloads![0]!));
}

let look: ReturnType<typeof stalledParents>;
beforeEach(() => {
  look = stalledParents(namespace.client);
});
const names = async () => (await look()).map(({ parent }) => parent.workflowId);

describe('a parent that was reset over a child which ended meanwhile', () => {
  it.each(['trainingRun', 'trainingIteration', 'evaluation', 'replayIteration'])(
    'is told at the second look, once, by however many workers: %s',
    async (type) => {
      const family = await begin(`stalled-${type}`, type);
      const { runId } = await family.child.describe();
      await stall(family);
      const other = stalledParents(namespace.client);
      expect([await names(), await other()]).toEqual([[], []]);
      expect(await told(family)).toEqual([]);
      await Promise.all([look(), other()]);
      expect([await names(), await other()]).toEqual([[], []]);
      expect(await told(family)).toEqual([{ workflowId: family.child.workflowId, runId }]);
      await family.parent.terminate('a test');
      expect([await names(), await names()]).toEqual([[], []]);
    },
  );

  it('is not told when it is closed before that', async () => {
    const family = await begin('closed');
    await stall(family);
    await look();
    await family.parent.terminate('a test');
    await look();
    expect(await told(family)).toEqual([]);
  });
});

describe('a parent', () => {
  it('whose child goes on is left alone', async () => {
    const family = await begin('well');
    await isListed('well');
    expect([await names(), await names(), await told(family)]).toEqual([[], [], []]);
    await family.parent.terminate('a test');
  });

  it('that Temporal told of the end is left alone', async () => {
    const family = await begin('told');
    await isListed('told');
    await family.child.terminate('a test');
    const isTold = async () => !(await family.parent.describe()).raw.pendingChildren?.length;
    await eventually('Temporal tells it', isTold);
    expect([await names(), await names(), await told(family)]).toEqual([[], [], []]);
    await family.parent.terminate('a test');
  });
});
