import { chmod, lstat, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packImage } from './pack.ts';
import type { PackedImage } from './pack.ts';

/** The user of programs inside: one that no system hands out, as in every sandbox of this project. */
const user = 65_533;
const accounts = {
  group: `root:x:0:\nsolution:x:${user}:\n`,
  passwd: `root:x:0:0::/:/\nsolution:x:${user}:${user}::/attempt:/\n`,
};

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
  'tmp',
  'usr/lib',
];
/** On most systems links into /usr; the loader's path, which every program names, leads through one. */
const systemFolders = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'];

/**
 * Packs an image with nothing but mount points, accounts, and this machine's own links into /usr, and gives it to
 * `use`; its file is gone afterwards. The sandbox shows the libraries and the Python environment of this machine
 * in it, read-only. Its id depends on how this machine's folders are laid out, and on nothing else.
 */
export async function withMinimalImage<T>(use: (image: PackedImage) => Promise<T>): Promise<T> {
  const work = await mkdtemp(join(tmpdir(), 'ace-image-'));
  try {
    const root = join(work, 'root');
    await writeMinimalRoot(root);
    return await use(await packImage({ root, folder: work, logFile: join(work, 'log') }));
  } finally {
    await rm(work, { recursive: true });
  }
}

async function writeMinimalRoot(root: string): Promise<void> {
  for (const path of mountPoints) await makeFolder(join(root, path));
  for (const name of systemFolders) await likeHere(name, root);
  for (const [name, text] of Object.entries(accounts)) {
    await writeFile(join(root, 'etc', name), text);
    await chmod(join(root, 'etc', name), 0o644);
  }
  for (const path of ['', 'usr']) await chmod(join(root, path), 0o755);
}

/** Whatever our umask is: inside, another user enters it. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

async function likeHere(name: string, root: string): Promise<void> {
  const found = await lstat(join('/', name)).catch(() => null);
  if (found?.isSymbolicLink()) await symlink(await readlink(join('/', name)), join(root, name));
  else if (found) await makeFolder(join(root, name));
}
