import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskQueue } from '@ace/config';
import { withLock } from '../bootstrap/lock.mjs';
import { projectFolder } from './home.ts';
import type { Home } from './home.ts';
import type { Provisioned } from './provision.ts';
import type { ServerRecord } from './servers/record.ts';
import type { ServerSpec } from './servers/server.ts';
import { superviseServer } from './servers/supervise.ts';
import { serversLock } from './services/services.ts';
import { serviceKinds, type Services } from './services/kinds.ts';
import { silent, tellStep } from './steps.ts';
import type { OnStep } from './steps.ts';
import { pollers } from './temporal/connection.ts';
import { ensureSweepSchedule } from './temporal/sweep-schedule.ts';
import { typescriptProgram } from './typescript-program.ts';

/** Program that runs workflows and activities. Reads {@link workerEnvironment}. */
const workerProgram = join(projectFolder, 'apps', 'worker', 'src', 'main.ts');

/** What a worker process must find in its environment. Holds the database's password. */
export function workerEnvironment(
  home: Home,
  { postgres, temporal, engine }: Services,
  { solutionPython, competitions }: Provisioned,
): Record<string, string> {
  return {
    ACE_HOME: home.root,
    ACE_CACHE: home.cache,
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    ACE_ENGINE_URL: engine.url,
    ACE_OWN_ENGINE: engine.source === serviceKinds.engine.setting ? 'no' : 'yes',
    ACE_SOLUTION_PYTHON: solutionPython,
    ACE_COMPETITIONS: competitions,
  };
}

/** Makes a worker run in the background, one a home, and sweep every hour; adopts the one that is there. */
export async function ensureWorker(
  home: Home,
  services: Services,
  provisioned: Provisioned,
  onStep: OnStep = silent,
): Promise<ServerRecord> {
  const spec = workerServer(home, services, provisioned);
  const ensure = () => withLock(serversLock(home), () => superviseServer(home, spec));
  const found = ({ record, adopted }: Awaited<ReturnType<typeof ensure>>): string =>
    `${adopted ? 'was running' : 'started'}, process ${record.process?.pid}`;
  return (await tellStep(onStep, 'Worker', 'starting', ensure, found)).record;
}

function workerServer(home: Home, services: Services, provisioned: Provisioned): ServerSpec {
  const dataFolder = join(home.data, 'worker');
  return {
    name: 'worker',
    dataFolder,
    preferredPorts: {},
    async prepare() {
      await mkdir(dataFolder, { recursive: true });
      await ensureSweepSchedule(services.temporal);
      const env = { ...process.env, ...workerEnvironment(home, services, provisioned) };
      const program = await typescriptProgram(home, workerProgram, []);
      return { ...program, env, source: 'this project' };
    },
    answers: (record) => workerPolls(services.temporal.address, record),
  };
}

/** Whether the server hands tasks to this process: the SDK calls itself `<pid>@<host>`. */
export async function workerPolls(address: string, { process }: ServerRecord): Promise<boolean> {
  if (!process) return false;
  const identities = await pollers(address, TaskQueue.Main);
  return identities.some((identity) => identity.startsWith(`${process.pid}@`));
}
