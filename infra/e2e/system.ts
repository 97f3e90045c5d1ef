import { closeDatabase, type Database, digestRun, openDatabase, type RunDigest } from '@ace/buffer';
import { Client, Connection } from '@temporalio/client';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openHome, type Home } from '../src/home.ts';
import { provision } from '../src/provision.ts';
import { isRunning, type ProcessIdentity } from '../src/servers/process-identity.ts';
import { readRecord, type ServerName } from '../src/servers/record.ts';
import type { Services } from '../src/services/kinds.ts';
import { ensureServers } from '../src/services/services.ts';
import { makeTemporaryHome, removeTemporaryHome } from '../src/testing/index.ts';
import { ensureWorker } from '../src/worker.ts';
import { setEnvironment } from './environment.ts';
import { eventually } from './eventually.ts';
import { openFaults, type Faults } from './faults.ts';

/** The whole system in a home of its own: real servers and a real worker, each a process that can be killed. */
export interface System {
  home: Home;
  client: Client;
  /** Address of Temporal's UI. */
  ui: string;
  db: Database;
  faults: Faults;
  /** Interpreter of the solutions' environment. */
  python: string;
  /** Starts (or resumes) a run under its name. */
  train(run: string, input: object): Promise<void>;
  /** Resolves when the run has ended well. */
  ended(run: string): Promise<void>;
  digest(run: string): Promise<RunDigest>;
  /** Sends a signal to one server or the worker, and waits for nothing. */
  signal(name: ServerName, signal: NodeJS.Signals): Promise<void>;
  /** Removes what runs stored by its content, so that the next run has to write it itself. */
  forgetArtifacts(): Promise<void>;
  /** SIGKILL to one server or the worker; resolves when the process is gone. */
  kill(name: ServerName): Promise<void>;
  /** SIGKILL at a moment at which `holds` answers true: the process is frozen while it is asked. */
  killWhen(what: string, name: ServerName, holds: () => Promise<boolean>): Promise<void>;
  /** Resolves when the process of a server or the worker is gone. */
  died(name: ServerName): Promise<void>;
  /** Starts again whatever died. */
  revive(): Promise<void>;
  /**
   * Starts the worker of another host, in a home of its own with the same artifacts; it ends with the system.
   * With `engine: 'own'` a second policy engine goes with it, whose checkpoints are the first one's.
   */
  addWorker(host: string, options?: { engine: 'own' }): Promise<Home>;
  /** Starts a second worker of this host, which shares its sandboxes and artifacts; it ends with the system. */
  addTwin(): Promise<void>;
  /** Ends whatever a failed test left: its fault, its open workflows, its dead servers. */
  tidy(): Promise<void>;
  end(): Promise<void>;
}

/** What is not as usual around a system. */
export interface Surroundings {
  /** Readies the home before anything starts in it. What it mounts there is unmounted at the end. */
  prepare?: (home: Home) => Promise<void>;
  /** Variables of the worker alone. */
  workerEnvironment?: (home: Home) => Record<string, string>;
  /** Where the worker is told that the servers are. */
  seenByWorker?: (services: Services) => Promise<Services>;
  /** Gives the worker a copy of the competitions, which a test may spoil: see {@link ownCompetitions}. */
  copyCompetitions?: true;
}

/** Where the copy is that a system was given. */
export const ownCompetitions = (home: Home): string => join(home.root, 'own-competitions');

/** Sandboxes at once, so that two of them run together on any machine. */
const slots = '2';

export async function startSystem(around: Surroundings = {}): Promise<System> {
  const shared = await openHome();
  const provisioned = await provision(shared);
  const home = await makeTemporaryHome(shared);
  const faults = openFaults(home.root);
  Object.assign(process.env, { ACE_FAULT_FILE: faults.file, ACE_SLOTS: slots });

  const forWorker = around.copyCompetitions
    ? { ...provisioned, competitions: ownCompetitions(home) }
    : provisioned;
  const start = async (): Promise<Services> => {
    const services = await ensureServers({ home, anyPort: true, settings: {} });
    const seen = (await around.seenByWorker?.(services)) ?? services;
    const restore = setEnvironment(around.workerEnvironment?.(home) ?? {});
    await ensureWorker(home, seen, forWorker).finally(restore);
    return services;
  };
  const begin = async (): Promise<Services> => {
    await around.prepare?.(home);
    if (around.copyCompetitions) {
      await cp(provisioned.competitions, forWorker.competitions, { recursive: true });
    }
    return start();
  };
  const services = await begin().catch(async (error: unknown) => {
    await removeTemporaryHome(home);
    throw error;
  });
  const revive = async (): Promise<void> => void (await start());
  const otherHomes: Home[] = [];
  const { address, namespace, uiUrl } = services.temporal;
  if (uiUrl === null) throw new Error(`The Temporal server at ${address} has no UI.`);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const db = await openDatabase(services.postgres.url);

  return {
    ...{ home, client, ui: uiUrl, db, faults, python: provisioned.solutionPython, revive },
    async train(run, input) {
      const options = { workflowId: run, taskQueue: 'ace', args: [input] };
      await client.workflow.start('trainingRun', options);
    },
    ended: (run) => client.workflow.getHandle(run).result() as Promise<void>,
    digest: (run) => digestRun(db, run),
    async signal(name, signal) {
      process.kill((await processOf(home, name)).pid, signal);
    },
    forgetArtifacts: () => emptyFolder(join(home.root, 'artifacts')),
    kill: (name) => killServer(home, name),
    killWhen: (what, name, holds) => eventually(what, () => killIf(home, name, holds)),
    died: async (name) => gone(name, await processOf(home, name)),
    async addWorker(host, options) {
      const other = await makeTemporaryHome(shared);
      otherHomes.push(other);
      await share(home, other, ['artifacts']);
      const own = options?.engine === 'own' ? await addEngine(home, other) : {};
      const restore = setEnvironment({ ACE_HOST: host });
      await ensureWorker(other, { ...services, ...own }, provisioned).finally(restore);
      return other;
    },
    async addTwin() {
      const other = await makeTemporaryHome(shared);
      otherHomes.push(other);
      await share(home, other, ['artifacts', 'sandboxes']);
      await ensureWorker(other, services, provisioned);
    },
    async tidy() {
      await faults.disarm();
      await revive();
      await terminateAll(client);
    },
    async end() {
      await closeDatabase(db);
      await connection.close();
      for (const other of otherHomes) await removeTemporaryHome(other);
      await removeTemporaryHome(home);
    },
  };
}

/** Hosts that work on one run share its artifacts: each finds the programs that any of them was given. */
async function share(home: Home, other: Home, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await mkdir(join(home.root, folder), { recursive: true });
    await mkdir(dirname(join(other.root, folder)), { recursive: true });
    await symlink(join(home.root, folder), join(other.root, folder));
  }
}

/** Another process, with sessions, models and results of its own. */
async function addEngine(home: Home, other: Home): Promise<Pick<Services, 'engine'>> {
  await share(
    home,
    other,
    ['checkpoints', 'names', 'aside'].map((part) => join('data', 'engine', part)),
  );
  return ensureServers({ home: other, only: ['engine'], anyPort: true, settings: {} });
}

/** The folder itself stays: it may be a link, or where a disk is mounted. */
async function emptyFolder(folder: string): Promise<void> {
  const entries = existsSync(folder) ? await readdir(folder) : [];
  for (const entry of entries) await rm(join(folder, entry), { recursive: true });
}

async function killServer(home: Home, name: ServerName): Promise<void> {
  const identity = await processOf(home, name);
  process.kill(identity.pid, 'SIGKILL');
  await gone(name, identity);
}

async function killIf(
  home: Home,
  name: ServerName,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  if (!(await holds())) return false;
  const { pid } = await processOf(home, name);
  process.kill(pid, 'SIGSTOP');
  if (await holds()) {
    await killServer(home, name);
    return true;
  }
  process.kill(pid, 'SIGCONT');
  return false;
}

async function processOf(home: Home, name: ServerName): Promise<ProcessIdentity> {
  const record = await readRecord(home, name);
  if (!record?.process) throw new Error(`${name} has no process`);
  return record.process;
}

const gone = (name: ServerName, identity: ProcessIdentity): Promise<void> =>
  eventually(`the process of ${name} is gone`, async () => !(await isRunning(identity)), 20);

/** A parent's end ends its children. */
async function terminateAll(client: Client): Promise<void> {
  const query = `WorkflowType = 'trainingRun' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    await client.workflow.getHandle(workflowId).terminate('left by a failed test');
  }
}
