import { closeDatabase, type Database, openDatabase } from '@ace/buffer';
import {
  ensureServers,
  ensureWorker,
  type Home,
  type OnStep,
  openHome,
  provision,
  type Provisioned,
  readServices,
  runningServers,
  type ServerName,
  serverNames,
  servicesWithSetting,
  type ServiceName,
  type Services,
  SetUpError,
  stopServers,
} from '@ace/infra';
import { Client, Connection } from '@temporalio/client';
import { readdir } from 'node:fs/promises';

/** The record of all runs: what a digest needs. */
export interface RecordSession {
  home: Home;
  db: Database;
  /** What did not run before: this command's to end. */
  mine: readonly ServerName[];
  close: () => Promise<void>;
}

/** The record, and Temporal, which alone knows what is running. */
export interface RunSession extends RecordSession {
  temporal: Client;
  where: Services['temporal'];
}

/** All servers and a worker. */
export interface TrainingSession extends RunSession {
  /**
   * Starts again what has died, under the same addresses; what runs is only asked.
   * @throws SetUpError when that fails, or when another command ended the servers on purpose.
   */
  mend: () => Promise<void>;
}

export function openRuns(onStep: OnStep): Promise<RunSession> {
  return inHome(onStep, async (home) =>
    connect(home, await ensureSome(home, ['postgres', 'temporal'], onStep)),
  );
}

export function openTraining(onStep: OnStep): Promise<TrainingSession> {
  return inHome(onStep, async (home) => {
    // A setting that is wrong is found before anything is installed or started.
    await ensureServers({ home, only: servicesWithSetting() });
    const provisioned = await provision(home, onStep);
    const services = await ensureAll(home, provisioned, onStep);
    const mend = async (): Promise<void> => {
      await refuseEnded(home);
      await ensureAll(home, provisioned);
    };
    return { mend, ...(await connect(home, services)) };
  });
}

/** Runs `body` with the record; servers that were not running before are ended afterwards. */
export function withRecord(
  onStep: OnStep,
  body: (session: RecordSession) => Promise<void>,
): Promise<void> {
  const opening = inHome(onStep, async (home) => {
    const { postgres } = await ensureSome(home, ['postgres'], onStep);
    const db = await openDatabase(postgres.url);
    return { home, db, close: () => closeDatabase(db) };
  });
  return withSession(opening, onStep, body);
}

/** Runs `body` with the record and Temporal; servers that were not running before are ended afterwards. */
export const withRuns = (
  onStep: OnStep,
  body: (session: RunSession) => Promise<void>,
): Promise<void> => withSession(openRuns(onStep), onStep, body);

/** Runs `body` with all servers and a worker; those that were not running before are ended afterwards. */
export const withTraining = (
  onStep: OnStep,
  body: (session: TrainingSession) => Promise<void>,
): Promise<void> => withSession(openTraining(onStep), onStep, body);

async function withSession<T extends RecordSession>(
  opening: Promise<T>,
  onStep: OnStep,
  body: (session: T) => Promise<void>,
): Promise<void> {
  const session = await opening;
  try {
    await body(session);
  } finally {
    await session.close();
    await stopServers(session.home, onStep, session.mine);
  }
}

/** Opens a session; when that fails, nothing that it started is left behind. */
async function inHome<T>(
  onStep: OnStep,
  open: (home: Home) => Promise<T>,
): Promise<T & { mine: readonly ServerName[] }> {
  const home = await openHome();
  const others = await runningServers(home);
  const mine = serverNames.filter((name) => !others.includes(name));
  try {
    return { mine, ...(await open(home)) };
  } catch (error) {
    await stopServers(home, onStep, mine);
    throw error;
  }
}

/** Says nothing of servers that only have to be found. */
async function ensureSome<Name extends ServiceName>(
  home: Home,
  only: readonly Name[],
  onStep: OnStep,
): Promise<Pick<Services, Name>> {
  const running = await readServices(home);
  const allRun = only.every((name) => name in running);
  return ensureServers({ home, only, ...(allRun ? {} : { onStep }) });
}

async function ensureAll(home: Home, provisioned: Provisioned, onStep?: OnStep): Promise<Services> {
  const services = await ensureServers({ home, ...(onStep && { onStep }) });
  await ensureWorker(home, services, provisioned, onStep);
  return services;
}

/** What somebody ended on purpose is not started again behind their back. */
async function refuseEnded(home: Home): Promise<void> {
  if ((await readdir(home.records)).length > 0) return;
  throw new SetUpError(
    'Servers',
    'another command ended them.',
    'The run goes on from its record at the next start.',
  );
}

async function connect(
  home: Home,
  { postgres, temporal }: Pick<Services, 'postgres' | 'temporal'>,
): Promise<Omit<RunSession, 'mine'>> {
  const db = await openDatabase(postgres.url);
  const connection = await Connection.connect({ address: temporal.address });
  const close = async (): Promise<void> => {
    await Promise.all([connection.close(), closeDatabase(db)]);
  };
  const client = new Client({ connection, namespace: temporal.namespace });
  return { home, db, temporal: client, where: temporal, close };
}
