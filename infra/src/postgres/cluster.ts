import { randomBytes } from 'node:crypto';
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../home.ts';
import { runLogged } from '../run-logged.ts';
import { readFileIfAny, writeFileAtomically } from '../servers/atomic-file.ts';
import type { Account } from '../servers/server.ts';
import type { PostgresBinaries } from './binaries.ts';

export const superuser = 'ace';

/**
 * The superuser's password. Every user of this machine reaches a loopback port, and a superuser may run
 * programs, so trust would lend them the server's account.
 */
export async function clusterPassword(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'password');
  const stored = await readFileIfAny(file);
  if (stored) return stored;
  const password = randomBytes(24).toString('base64url');
  await writeFileAtomically(file, password, 0o600);
  return password;
}

/** Makes, aside and renamed, the cluster in a data folder; an existing one is left alone. Returns its path. */
export async function makeCluster(
  home: Home,
  dataFolder: string,
  binaries: PostgresBinaries,
  account?: Account,
): Promise<string> {
  const cluster = join(dataFolder, 'cluster');
  if (await stat(cluster).catch(() => null)) return cluster;
  const aside = `${cluster}.new`;
  await rm(aside, { recursive: true, force: true });
  await initialise(home, dataFolder, aside, binaries, account);
  await rename(aside, cluster);
  return cluster;
}

async function initialise(
  home: Home,
  dataFolder: string,
  cluster: string,
  binaries: PostgresBinaries,
  account?: Account,
): Promise<void> {
  const passwordCopy = join(dataFolder, 'password.new');
  await writeFile(passwordCopy, await clusterPassword(dataFolder), { mode: 0o600 });
  if (account) await chown(passwordCopy, account.uid, account.gid);
  // A locale of Postgres' own: text sorts the same on every machine.
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const login = [`--username=${superuser}`, `--pwfile=${passwordCopy}`, '--auth=scram-sha-256'];
  try {
    await runLogged(
      binaries.initdb,
      [`--pgdata=${cluster}`, '--encoding=UTF8', ...locale, ...login],
      {
        logFile: join(home.logs, 'initdb.log'),
        timeoutMs: 60_000,
        cwd: dataFolder,
        env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        ...account,
      },
    );
  } finally {
    await rm(passwordCopy, { force: true });
  }
}
