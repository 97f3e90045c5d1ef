import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';

/** A namespace of its own on the tests' Temporal server. */
export interface TestNamespace {
  client: Client;
  close(): Promise<void>;
}

export async function openTestNamespace(namespace: string): Promise<TestNamespace> {
  const address = process.env.ACE_TEST_TEMPORAL_ADDRESS;
  if (!address) throw new Error('ACE_TEST_TEMPORAL_ADDRESS: expected the address of a server');
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') },
  });
  const client = new Client({ connection, namespace });
  while (!(await isServed(client))) await new Promise((resume) => setTimeout(resume, 100));
  return { client, close: () => connection.close() };
}

/** A new namespace takes the server a moment. */
const isServed = ({ workflow }: Client): Promise<boolean> =>
  workflow.count().then(
    () => true,
    () => false,
  );
