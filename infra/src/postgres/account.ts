import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import type { Home } from '../home.ts';
import { runLogged } from '../run-logged.ts';
import { outputOf } from '../run-output.ts';
import type { Account } from '../servers/server.ts';

const user = 'postgres';

/**
 * The user as whom Postgres runs. It refuses to be root, so root's server runs as `postgres`, which is made
 * when it is not there; anybody else's runs as themselves (undefined).
 */
export async function postgresAccount(home: Home): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await lookUp()) ?? (await create(home));
}

async function lookUp(): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([
    outputOf('id', ['-u', user]),
    outputOf('id', ['-g', user]),
  ]);
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

async function create(home: Home): Promise<Account> {
  const options = { logFile: join(home.logs, 'useradd.log'), timeoutMs: 30_000 };
  const args = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    user,
  ];
  await runLogged('useradd', args, options).catch((error: unknown) => {
    throw new SetUpError(
      'Postgres',
      'it refuses to run as root, and the user `postgres` could not be made.',
      'Make that user, start as another user, or set DATABASE_URL.',
      { cause: error },
    );
  });
  const account = await lookUp();
  if (!account) throw new SetUpError('Postgres', 'no user `postgres`.', 'Set DATABASE_URL.');
  return account;
}
