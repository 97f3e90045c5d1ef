import { childEndedSignal } from '@ace/config';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OpenWorkflow } from './open-workflows.ts';
import { stalledIn } from './stalled.ts';

const namespace = `stalled-${process.pid}`;
const run = 'quickstart-3';

let client: Client;
beforeAll(async () => {
  const address = process.env['ACE_TEST_TEMPORAL_ADDRESS'] ?? '';
  const connection = await Connection.connect({ address });
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod },
  });
  client = new Client({ connection, namespace });
  while ((await begin(run).catch(() => null)) === null) {
    await new Promise((resume) => setTimeout(resume, 100));
  }
}, 60_000);
afterAll(() => client?.connection.close());

const begin = (workflowId: string): Promise<WorkflowHandle> =>
  client.workflow.start('any', { workflowId, taskQueue: 'nobody', args: [] });

/** The run, which waits for these, by Temporal. */
async function waitingFor(...children: [workflowId: string, runId: string][]) {
  const handle = client.workflow.getHandle(run);
  const pendingChildren = children.map(([workflowId, runId]) => ({ workflowId, runId }));
  const { raw } = await handle.describe();
  return { handle, raw: { ...raw, pendingChildren } } as OpenWorkflow;
}

it('tells of a child that is over, until a worker has told the parent', async () => {
  const open = await begin(`${run}/iteration/2`);
  const parent = await waitingFor(
    [`${run}/iteration/1`, 'forgotten'],
    [open.workflowId, 'whatever'],
    [`${run}/iteration/3`, ''],
  );
  const stalled = { workflow: run, child: `${run}/iteration/1`, iteration: 1 };
  expect(await stalledIn(client, parent)).toEqual([expect.objectContaining(stalled)]);
  await parent.handle.signal(childEndedSignal);
  await parent.handle.signal(childEndedSignal, { workflowId: stalled.child, runId: 'another' });
  expect(await stalledIn(client, parent)).toHaveLength(1);
  await parent.handle.signal(childEndedSignal, { workflowId: stalled.child, runId: 'forgotten' });
  expect(await stalledIn(client, parent)).toEqual([]);
});

it('tells of a child that was closed only after Temporal had the time to tell the parent', async () => {
  const child = await begin(`${run}/iteration/4`);
  const parent = await waitingFor([child.workflowId, 'whatever']);
  await child.terminate('a test');
  expect(await stalledIn(client, parent)).toEqual([]);
  await expect.poll(() => stalledIn(client, parent), { timeout: 20_000 }).toHaveLength(1);
}, 30_000);
