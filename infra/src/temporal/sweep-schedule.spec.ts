import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureSweepSchedule, sweepScheduleId } from './sweep-schedule.ts';

/** A namespace of this file's own: the schedule's name is fixed. */
const namespace = `schedules-${process.pid}`;
const address = process.env['ACE_TEST_TEMPORAL_ADDRESS'] ?? '';

let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address });
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod },
  });
  client = new Client({ connection, namespace });
  while (!(await isServed())) await new Promise((resume) => setTimeout(resume, 100));
}, 60_000);
afterAll(async () => {
  await client.schedule.getHandle(sweepScheduleId).delete();
  await connection.close();
});

/** A new namespace takes the server a moment. */
const isServed = (): Promise<boolean> =>
  client.workflow.count().then(
    () => true,
    () => false,
  );

it('makes one schedule, every hour, however often it is asked', async () => {
  await Promise.all([1, 2, 3].map(() => ensureSweepSchedule({ address, namespace })));
  const { spec, policies, state, action } = await client.schedule
    .getHandle(sweepScheduleId)
    .describe();
  expect(spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 60_000 });
  expect(action).toMatchObject({ workflowType: 'sweep', taskQueue: 'ace' });
  expect(state.note).toContain('ace sweep');
});

it('leaves what its owner changed', async () => {
  const handle = client.schedule.getHandle(sweepScheduleId);
  await handle.pause('not now');
  await ensureSweepSchedule({ address, namespace });
  expect((await handle.describe()).state).toMatchObject({ paused: true, note: 'not now' });
});
