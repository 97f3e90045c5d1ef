import { SetUpError } from '../errors.ts';
import type { Home } from '../home.ts';
import { withLock } from '../../bootstrap/lock.mjs';
import {
  readRecord,
  readRecords,
  removeRecord,
  serverNames,
  serverTitles,
} from '../servers/record.ts';
import type { ServerName, ServerRecord } from '../servers/record.ts';
import { stopProcess } from '../servers/stop.ts';
import { livingProcess, superviseServer } from '../servers/supervise.ts';
import { silent, tellStep } from '../steps.ts';
import type { OnStep } from '../steps.ts';
import { serviceKinds, serviceNames } from './kinds.ts';
import type { ServiceKind, ServiceName, Services } from './kinds.ts';
import { endPreloaded } from './sandboxes.ts';

export interface EnsureOptions<Name extends ServiceName> {
  readonly home: Home;
  /** Which are wanted; all unless told. */
  readonly only?: readonly Name[];
  readonly onStep?: OnStep;
  /** Take any free port at first choice instead of the usual ones or those after them. */
  readonly anyPort?: boolean;
  /** Where `DATABASE_URL`, `TEMPORAL_ADDRESS` and `ACE_ENGINE_URL` are looked up; the environment unless told. */
  readonly settings?: NodeJS.ProcessEnv;
}

/** One at a time a home: starting and stopping change the same records. */
export const serversLock = (home: Home): string => `servers ${home.root}`;

/**
 * Makes servers answer, each a process of its own that outlives this one: those that settings name are asked,
 * those that run are adopted, those that died start again on their ports, the rest start.
 *
 * @throws {@link SetUpError} that says what does not answer and what to do.
 */
export async function ensureServers<Name extends ServiceName = ServiceName>(
  options: EnsureOptions<Name>,
): Promise<Pick<Services, Name>> {
  const { home, only = serviceNames as readonly Name[], onStep = silent } = options;
  const named = servicesWithSetting(options.settings);
  const waiting = (): void =>
    onStep({ part: 'Servers', state: 'doing', detail: 'waiting for another ace', seconds: 0 });
  const start = async (name: Name): Promise<[Name, Services[Name]]> => [
    name,
    await ensureOne(serviceKinds[name] as ServiceKind<Services[Name]>, options),
  ];
  // A setting that is wrong is found before anything of ours is started.
  const body = async (): Promise<[Name, Services[Name]][]> => [
    ...(await settleAll(only.filter((name) => named.includes(name)).map(start))),
    ...(await settleAll(only.filter((name) => !named.includes(name)).map(start))),
  ];
  const services = await withLock(serversLock(home), body, waiting);
  return Object.fromEntries(services) as Pick<Services, Name>;
}

/** The services that settings name: somebody else's servers, which are only asked. */
export const servicesWithSetting = (
  settings: NodeJS.ProcessEnv = process.env,
): readonly ServiceName[] => serviceNames.filter((name) => settings[serviceKinds[name].setting]);

/** Like `Promise.all`, but nothing is left running behind the lock when one fails. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

async function ensureOne<T extends { source: string; version?: string }>(
  kind: ServiceKind<T>,
  { home, onStep = silent, anyPort = false, settings = process.env }: EnsureOptions<ServiceName>,
): Promise<T> {
  const setting = settings[kind.setting];
  if (setting) return settled(kind, await askExternal(kind, setting, onStep), onStep);
  let service: T | undefined;
  await tellStep(
    onStep,
    kind.part,
    'starting',
    async () => {
      const supervised = await superviseServer(home, await kind.server(home, anyPort));
      service = await kind.fromRecord(supervised.record);
      return supervised;
    },
    ({ record, adopted }) => `${adopted ? 'was running' : 'started'}, ${describe(record)}`,
  );
  return service as T;
}

const describe = ({ version, source, ports }: ServerRecord): string =>
  `${version}, ${source}, port ${Object.values(ports).join(' and ')}`;

function askExternal<T extends { source: string; version?: string }>(
  kind: ServiceKind<T>,
  value: string,
  onStep: OnStep,
): Promise<T> {
  const ask = async (): Promise<T> => {
    const service = await kind.external(value);
    if (service) return service;
    const remedy = `Start that server, or unset ${kind.setting} to have one started here.`;
    throw new SetUpError(
      kind.part,
      `the server that ${kind.setting} names does not answer.`,
      remedy,
    );
  };
  const found = ({ version }: T): string => [version, kind.setting].filter(Boolean).join(', ');
  return tellStep(onStep, kind.part, 'asking', ask, found);
}

/** What somebody else's server does not let us set is no reason to stop. */
async function settled<T>(kind: ServiceKind<T>, service: T, onStep: OnStep): Promise<T> {
  const start = performance.now();
  const lack = await kind.settleExternal?.(service);
  const seconds = (performance.now() - start) / 1000;
  if (lack) onStep({ part: kind.part, state: 'done', detail: lack, seconds });
  return service;
}

/** The services whose processes run now; starts nothing and asks nothing. */
export async function readServices(home: Home): Promise<Partial<Services>> {
  const read = async (name: ServiceName): Promise<[string, unknown][]> => {
    const record = await readRecord(home, name);
    const runs = record && (await livingProcess(record));
    return runs ? [[name, await serviceKinds[name].fromRecord(record)]] : [];
  };
  return Object.fromEntries((await Promise.all(serviceNames.map(read))).flat());
}

/** The processes of this home that run now, the worker included, in the order of starting. */
export async function runningServers(home: Home): Promise<ServerName[]> {
  const records = await readRecords(home);
  const alive = await Promise.all(records.map(livingProcess));
  return records.filter((_, index) => alive[index]).map(({ name }) => name);
}

/**
 * Ends what the records name (or those of them that are wanted), in order: worker, engine, Temporal,
 * Postgres; with the worker its preloaded parents. Returns which of them ran. A process that only shares its number with one of ours is left alone.
 */
export async function stopServers(
  home: Home,
  onStep: OnStep = silent,
  only: readonly ServerName[] = serverNames,
): Promise<ServerName[]> {
  return withLock(serversLock(home), async () => {
    const stopped: ServerName[] = [];
    const records = (await readRecords(home)).filter(({ name }) => only.includes(name));
    for (const record of records.reverse()) {
      const alive = await livingProcess(record);
      if (alive) {
        const end = (): Promise<void> => stopProcess(alive, record.name);
        await tellStep(onStep, serverTitles[record.name], 'ending', end, () => 'ended');
        stopped.push(record.name);
      }
      await removeRecord(home, record.name);
    }
    if (only.includes('worker')) await endPreloaded(home);
    return stopped;
  });
}
