import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileIfAny } from '../servers/atomic-file.ts';
import { identify } from '../servers/process-identity.ts';
import { signalled } from '../servers/stop.ts';

/**
 * Ends what an engine forgot: where it was killed over the start of a container, the process that watches over
 * it may stay, with what is in the container, and no engine finds them again. To be called when the engine of this
 * folder is gone.
 */
export async function endShims(folder: string): Promise<void> {
  const sockets = await socketsBelow(folder);
  for (const shim of await shimsOf(folder)) {
    for (const pid of [...(await childrenOf(shim)), shim]) {
      const identity = await identify(pid);
      if (identity) await signalled(identity, 'SIGKILL');
    }
  }
  for (const socket of sockets) await rm(socket, { force: true });
}

/** They name the socket of the containerd that they report to, which lies below the engine's folder. */
async function shimsOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const isShim = await Promise.all(
    pids.map(async (pid) => {
      const [program = '', ...words] = (await textOf(pid, 'cmdline')).split('\0');
      return (
        program.includes('containerd-shim') && words.some((word) => word.startsWith(`${folder}/`))
      );
    }),
  );
  return pids.filter((_, index) => isShim[index]);
}

const childrenOf = async (pid: number): Promise<number[]> =>
  (await textOf(pid, `task/${pid}/children`)).split(' ').filter(Boolean).map(Number);

const textOf = (pid: number, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

/** Theirs lie outside of the folder. */
async function socketsBelow(folder: string): Promise<string[]> {
  const tasks = join(
    folder,
    'exec',
    'containerd',
    'daemon',
    'io.containerd.runtime.v2.task',
    'moby',
  );
  const containers = await readdir(tasks).catch(() => []);
  const addresses = containers.map((id) => readFileIfAny(join(tasks, id, 'address')));
  return (await Promise.all(addresses))
    .filter((address) => address !== null)
    .map((address) => address.replace('unix://', ''));
}
