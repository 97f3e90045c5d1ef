import { closeDatabase, type Database, digestRun, openDatabase, type RunDigest } from '@ace/buffer';
import { Client, Connection } from '@temporalio/client';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAt, makeHome, openHome, type Home } from '../src/home.ts';
import { provision } from '../src/provision.ts';
import { readRecord, type ServerName } from '../src/servers/record.ts';
import { ensureServers, stopServers } from '../src/services/services.ts';
import type { Services } from '../src/services/kinds.ts';
import { ensureWorker } from '../src/worker.ts';

/** The whole system in a home of its own: real servers and a real worker, each a process that can be killed. */
export interface System {
  home: Home;
  client: Client;
  db: Database;
  /** Starts (or resumes) a run under its name. */
  train(run: string, input: object): Promise<void>;
  /** Resolves when the run has ended well. */
  ended(run: string): Promise<void>;
  digest(run: string): Promise<RunDigest>;
  /** SIGKILL to one server or the worker. */
  kill(name: ServerName): Promise<void>;
  /** Starts again whatever died, with these variables set for the worker. */
  revive(workerEnv?: Record<string, string>): Promise<void>;
  end(): Promise<void>;
}

export async function startSystem(): Promise<System> {
  const shared = await openHome();
  const provisioned = await provision(shared);
  const root = await mkdtemp(join(tmpdir(), 'ace-e2e-'));
  await chmod(root, 0o755);
  const home = await makeHome(homeAt(root, shared));
  const services = await ensureServers({ home, anyPort: true, settings: {} });
  await ensureWorker(home, services, provisioned);
  const connection = await Connection.connect({ address: services.temporal.address });
  const client = new Client({ connection, namespace: services.temporal.namespace });
  const db = await openDatabase(services.postgres.url);

  const revive = async (workerEnv: Record<string, string> = {}): Promise<void> => {
    Object.assign(process.env, workerEnv);
    const revived: Services = await ensureServers({ home, anyPort: true, settings: {} });
    await ensureWorker(home, revived, provisioned);
    for (const name of Object.keys(workerEnv)) delete process.env[name];
  };

  return {
    ...{ home, client, db, revive },
    async train(run, input) {
      const options = { workflowId: run, taskQueue: 'ace', args: [input] };
      await client.workflow.start('trainingRun', options);
    },
    ended: (run) => client.workflow.getHandle(run).result() as Promise<void>,
    digest: (run) => digestRun(db, run),
    kill: (name) => killServer(home, name),
    async end() {
      await closeDatabase(db);
      await connection.close();
      await stopServers(home);
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function killServer(home: Home, name: ServerName): Promise<void> {
  const record = await readRecord(home, name);
  if (!record?.process) throw new Error(`${name} has no process to kill`);
  process.kill(record.process.pid, 'SIGKILL');
}

/** Polls until `holds` answers true. @throws after `seconds`, naming what was awaited. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 60,
): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`did not happen in ${seconds} s: ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
