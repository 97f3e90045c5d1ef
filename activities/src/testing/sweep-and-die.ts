import { openDatabase, openScratch } from '@ace/buffer';
import { createBubblewrapSandbox } from '@ace/sandbox';
import { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { HeldExecutions } from '../held-executions.ts';
import { sweepActivities } from '../sweep.ts';
import { onlyDeps } from './deps.ts';

/**
 * A process that dies by SIGKILL in the middle of a sweep: its first sandbox is stopped and still there, the
 * others run. Arguments: the database's URL, the sandboxes' folder, their interpreter.
 */
const [url = '', root = '', python = ''] = process.argv.slice(2);
const sandbox = createBubblewrapSandbox({ root, python });
sandbox.remove = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
// No execution is of this host, so Temporal is never asked.
const databases = { db: await openDatabase(url), scratch: await openScratch(url) };
const given = { ...databases, sandbox, host: 'nobody', temporal: new Client() };
const activities = sweepActivities(onlyDeps(given), new HeldExecutions());
await new MockActivityEnvironment().run(() => activities.sweepSandboxes());
