import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../home.ts';
import { runLogged } from '../run-logged.ts';
import { readFileIfAny, writeFileAtomically } from '../servers/atomic-file.ts';
import type { Account } from '../servers/server.ts';
import type { PostgresBinaries } from './binaries.ts';

export const superuser = 'ace';

const passwordFile = (home: Home): string => join(home.data, 'postgres.password');

/**
 * The superuser's password. Every user of this machine reaches a loopback port, and a superuser may run
 * programs, so trust would lend them the server's account.
 */
export async function clusterPassword(home: Home): Promise<string> {
  const stored = await readFileIfAny(passwordFile(home));
  if (stored) return stored;
  const password = randomBytes(24).toString('base64url');
  await writeFileAtomically(passwordFile(home), password, 0o600);
  return password;
}

/** Makes the data folder and, aside and renamed, the cluster in it; an existing one is left alone. */
export async function makeCluster(
  home: Home,
  dataFolder: string,
  binaries: PostgresBinaries,
  account?: Account,
): Promise<string> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await chmod(dataFolder, 0o700);
  if (account) await chown(dataFolder, account.uid, account.gid);
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
  await writeFile(passwordCopy, await clusterPassword(home), { mode: 0o600 });
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
