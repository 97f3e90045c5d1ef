import { readdir, readFile, readlink } from 'node:fs/promises';
import type { ServerRecord } from './record.ts';

/** States of /proc/net/tcp. */
const listening = '0A';

/**
 * Whether the record's own process, not another's, listens on each of its ports. Systems without /proc
 * cannot tell, and answer yes.
 */
export async function listensOnItsPorts({ process: owner, ports }: ServerRecord): Promise<boolean> {
  if (!owner) return false;
  if (process.platform !== 'linux') return true;
  const [sockets, held] = await Promise.all([listeningSockets(), socketsOf(owner.pid)]);
  return Object.values(ports).every((port) => sockets.get(port)?.some((inode) => held.has(inode)));
}

/** Inodes of the IPv4 sockets that listen, by port. */
async function listeningSockets(): Promise<Map<number, string[]>> {
  const sockets = new Map<number, string[]>();
  const [, ...lines] = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n');
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    const [local = '', state, inode = ''] = [fields[1], fields[3], fields[9]];
    if (state !== listening) continue;
    const port = Number.parseInt(local.split(':')[1] ?? '', 16);
    sockets.set(port, [...(sockets.get(port) ?? []), inode]);
  }
  return sockets;
}

async function socketsOf(pid: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => '')),
  );
  return new Set(targets.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ''));
}
