import { chmod, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAt, makeHome } from '../home.ts';
import type { Home } from '../home.ts';
import { unmountBelow } from '../mounts.ts';
import { readFileIfAny } from '../servers/atomic-file.ts';
import { identify, isRunning } from '../servers/process-identity.ts';
import type { ProcessIdentity } from '../servers/process-identity.ts';
import { stopServers } from '../services/services.ts';

const prefix = 'ace-test-';
const ownerFile = 'owner.json';

/** A home in a temporary folder that downloads nothing, since it uses `shared`'s caches. */
export async function makeTemporaryHome(shared: Home): Promise<Home> {
  const root = await mkdtemp(join(tmpdir(), prefix));
  await writeFile(join(root, ownerFile), JSON.stringify(await identify(process.pid)));
  // Postgres' own user must get in.
  await chmod(root, 0o755);
  return makeHome(homeAt(root, shared));
}

/** Removes, with their servers, the temporary homes of processes that died before they could. */
export async function sweepTemporaryHomes(): Promise<void> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const root of folders.map((name) => join(tmpdir(), name))) {
    const owner = await readFileIfAny(join(root, ownerFile));
    if (owner === null || (await isRunning(JSON.parse(owner) as ProcessIdentity))) continue;
    await removeTemporaryHome(homeAt(root));
  }
}

/** Ends the servers of a temporary home, unmounts what a test mounted in it, and removes all that they left. */
export async function removeTemporaryHome(home: Home): Promise<void> {
  await stopServers(home);
  const elsewhere = await realpath(join(home.data, 'postgres')).catch(() => home.root);
  await rm(elsewhere, { recursive: true, force: true });
  await unmountBelow(home.root);
  await rm(home.root, { recursive: true, force: true });
}
