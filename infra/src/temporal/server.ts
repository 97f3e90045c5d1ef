import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../home.ts';
import { loopback } from '../servers/ports.ts';
import type { ServerRecord } from '../servers/record.ts';
import type { Ports, ServerProgram, ServerSpec } from '../servers/server.ts';
import { keepForAYear, namespace, temporalVersion } from './connection.ts';
import { ensureTemporal } from './program.ts';
import { ensureSearchAttributes } from './search-attributes.ts';

const usualPorts = { grpc: 7_233, ui: 8_233 } as const;
const anyPorts = { grpc: 0, ui: 0 } as const;

/** Temporal's development server, with its UI and a database file below the home. */
export function temporalServer(home: Home, anyPort: boolean): ServerSpec {
  const dataFolder = join(home.data, 'temporal');
  return {
    name: 'temporal',
    dataFolder,
    preferredPorts: anyPort ? anyPorts : usualPorts,
    prepare: (_home, ports) => prepare(home, dataFolder, ports),
    answers: async (record) => (await temporalVersion(temporalAddress(record))) !== null,
    settle: (record) => settle(temporalAddress(record)),
  };
}

async function settle(address: string): Promise<void> {
  await keepForAYear(address);
  await ensureSearchAttributes({ address, namespace });
}

/** `host:port` for clients. */
export const temporalAddress = (record: ServerRecord): string =>
  `${loopback}:${record.ports['grpc']}`;

export const temporalUiUrl = (record: ServerRecord): string =>
  `http://${loopback}:${record.ports['ui']}`;

async function prepare(home: Home, dataFolder: string, ports: Ports): Promise<ServerProgram> {
  const program = await ensureTemporal(home);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  return {
    file: program.file,
    args: ['server', 'start-dev', ...options(dataFolder, ports)],
    // The reader's own Temporal settings are about other servers.
    env: { PATH: process.env['PATH'], HOME: dataFolder, TZ: 'UTC' },
    version: program.version,
    source: program.source,
  };
}

function options(dataFolder: string, ports: Ports): string[] {
  const values = {
    ip: loopback,
    port: ports['grpc'],
    'ui-port': ports['ui'],
    namespace,
    'db-filename': join(dataFolder, 'temporal.db'),
    'log-level': 'error',
  };
  const durable = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'];
  return [
    ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    ...durable,
  ];
}
