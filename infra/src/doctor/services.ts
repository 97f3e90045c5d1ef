import type { Home } from '../home.ts';
import { readRecord, serverTitles } from '../servers/record.ts';
import type { ServerRecord } from '../servers/record.ts';
import { livingProcess } from '../servers/supervise.ts';
import { serviceKinds } from '../services/kinds.ts';
import type { ServiceKind, ServiceName, Services } from '../services/kinds.ts';
import { temporalAddress } from '../temporal/server.ts';
import { workerPolls } from '../worker.ts';
import { upCommand } from './parts.ts';
import { healthy, unhealthy } from './row.ts';
import type { DoctorRow } from './row.ts';

/** One server: a setting's is asked; ours is looked up in its record, then asked. Starts nothing. */
export async function checkService(
  home: Home,
  name: ServiceName,
  settings: NodeJS.ProcessEnv,
): Promise<DoctorRow> {
  const { part, setting } = serviceKinds[name];
  const value = settings[setting];
  if (value) return checkExternal(name, value);
  const record = await readRecord(home, name);
  if (!record) return notRunning(part);
  const alive = await livingProcess(record);
  if (!alive) return unhealthy(part, 'died', upCommand, placeOf(record));
  const spec = await serviceKinds[name].server(home, false);
  if (await spec.answers({ ...record, process: alive })) {
    return healthy(part, placeOf(record).found, record.version, 'answers');
  }
  return unhealthy(part, 'runs, but does not answer', upCommand, placeOf(record));
}

async function checkExternal<Name extends ServiceName>(
  name: Name,
  value: string,
): Promise<DoctorRow> {
  const kind: ServiceKind<Services[Name]> = serviceKinds[name];
  const { part, setting } = kind;
  const service = await kind.external(value);
  if (!service) return unhealthy(part, 'does not answer', `unset ${setting}`, { found: setting });
  const version = 'version' in service ? service.version : null;
  const lack = await kind.lacks?.(service);
  if (lack) return unhealthy(part, lack.state, lack.remedy, { found: setting, version });
  return healthy(part, setting, version, 'answers');
}

/** The background worker: whether Temporal hands it tasks. */
export async function checkWorker(home: Home, settings: NodeJS.ProcessEnv): Promise<DoctorRow> {
  const part = serverTitles.worker;
  const record = await readRecord(home, 'worker');
  if (!record) return notRunning(part);
  const found = `this project, log ${record.logFile}`;
  const alive = await livingProcess(record);
  if (!alive) return unhealthy(part, 'died', upCommand, { found });
  const temporal = await readRecord(home, 'temporal');
  const address = settings['TEMPORAL_ADDRESS'] || (temporal && temporalAddress(temporal));
  if (address && (await workerPolls(address, { ...record, process: alive }))) {
    return healthy(part, `process ${alive.pid}`, null, 'takes tasks');
  }
  return unhealthy(part, 'runs, but takes no tasks', upCommand, { found });
}

const notRunning = (part: string): DoctorRow =>
  healthy(part, 'not running', null, 'starts when needed');

const placeOf = (record: ServerRecord) => ({
  found: `${record.source}, port ${Object.values(record.ports).join(' and ')}`,
  version: record.version,
});
