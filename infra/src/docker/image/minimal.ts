import { lstat, readlink } from 'node:fs/promises';
import type { TarEntry } from './tar.ts';

/** The user of programs inside: one that no system hands out, as in every sandbox of this project. */
const user = 65_533;

/** Where the sandbox mounts what it shows of this machine and of an execution. */
const mountPoints = [
  'attempt',
  'data',
  'dev',
  'env',
  'etc',
  'proc',
  'run',
  'sys',
  'usr',
  'usr/lib',
];
/** On most systems links into /usr; the loader's path, which every program names, leads through one. */
const systemFolders = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'];

/**
 * A root file system that holds nothing but mount points, accounts, and this machine's own links into /usr: the
 * sandbox shows the libraries and the Python environment of this machine in it, read-only.
 */
export async function minimalRoot(root = '/'): Promise<TarEntry[]> {
  const system = await Promise.all(systemFolders.map((name) => systemFolder(root, name)));
  return [
    ...mountPoints.map((path) => ({ path, kind: 'folder', mode: 0o755 }) as const),
    { path: 'tmp', kind: 'folder', mode: 0o1777 },
    ...system.flat(),
    file('etc/group', `root:x:0:\nsolution:x:${user}:\n`),
    file('etc/passwd', `root:x:0:0::/:/\nsolution:x:${user}:${user}::/attempt:/\n`),
  ];
}

async function systemFolder(root: string, name: string): Promise<TarEntry[]> {
  const found = await lstat(`${root}/${name}`).catch(() => null);
  if (!found) return [];
  if (!found.isSymbolicLink()) return [{ path: name, kind: 'folder', mode: 0o755 }];
  return [{ path: name, kind: 'link', target: await readlink(`${root}/${name}`) }];
}

const file = (path: string, content: string): TarEntry => ({ path, kind: 'file', content });
