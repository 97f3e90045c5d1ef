import { chmod, chown, mkdir, mkdtemp, realpath, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../home.ts';
import { othersMayEnter } from '../reachable.ts';
import type { Account } from '../servers/server.ts';

/** Where root keeps what another user must reach. */
export const systemFolder = '/var/lib/acegrpo';

/**
 * The data folder of Postgres, made and handed to its account: `data/postgres` of the home. When root's home
 * is where the account may not go (a clone in `/root`, say), that is a link to a folder below `/var/lib`.
 */
export async function postgresFolder(home: Home, account?: Account): Promise<string> {
  const path = join(home.data, 'postgres');
  if (!(await stat(path).catch(() => null))) await make(path, home, account);
  const folder = await realpath(path);
  await chmod(folder, 0o700);
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}

async function make(path: string, home: Home, account?: Account): Promise<void> {
  if (!account || (await othersMayEnter(home.data))) return void (await mkdir(path));
  await mkdir(systemFolder, { recursive: true, mode: 0o755 });
  await symlink(await mkdtemp(join(systemFolder, 'postgres-')), path);
}
