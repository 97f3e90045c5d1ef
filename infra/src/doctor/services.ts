import type { Home } from '../home.ts';
import { readRecord } from '../servers/record.ts';
import type { ServerRecord } from '../servers/record.ts';
import { livingProcess } from '../servers/supervise.ts';
import { serviceKinds } from '../services/kinds.ts';
import type { ServiceName } from '../services/kinds.ts';
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
  if (!record) return healthy(part, 'not running', null, 'starts when needed');
  const alive = await livingProcess(record);
  if (!alive) return unhealthy(part, 'died', upCommand, placeOf(record));
  const spec = await serviceKinds[name].server(home, false);
  if (await spec.answers({ ...record, process: alive })) {
    return healthy(part, placeOf(record).found, record.version, 'answers');
  }
  return unhealthy(part, 'runs, but does not answer', upCommand, placeOf(record));
}

async function checkExternal(name: ServiceName, value: string): Promise<DoctorRow> {
  const { part, setting } = serviceKinds[name];
  const service = await serviceKinds[name].external(value);
  if (!service) return unhealthy(part, 'does not answer', `unset ${setting}`, { found: setting });
  return healthy(part, setting, 'version' in service ? service.version : null, 'answers');
}

const placeOf = (record: ServerRecord) => ({
  found: `${record.source}, port ${Object.values(record.ports).join(' and ')}`,
  version: record.version,
});
