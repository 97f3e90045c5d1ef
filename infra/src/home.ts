import { createHash } from 'node:crypto';
import { lstat, mkdir, readlink, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { othersMayEnter } from './reachable.ts';

/** Folder of the clone. */
export const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where everything that set-up makes lives. All paths are absolute. */
export interface Home {
  readonly root: string;
  /** Python environments, one folder a lock file. */
  readonly python: string;
  /** Downloaded and copied binaries. */
  readonly cache: string;
  /** Prepared competitions. */
  readonly competitions: string;
  /** The servers' data: databases, checkpoints. */
  readonly data: string;
  readonly logs: string;
  /** What is running, so that the next start finds it. */
  readonly records: string;
}

/** The layout below a folder; `shared` lends its downloads, so that a second home provisions nothing. */
export function homeAt(root: string, shared?: Home): Home {
  return {
    root,
    python: shared?.python ?? join(root, 'python'),
    cache: shared?.cache ?? join(root, 'cache'),
    competitions: shared?.competitions ?? join(root, 'competitions'),
    data: join(root, 'data'),
    logs: join(root, 'logs'),
    records: join(root, 'records'),
  };
}

/** Makes the folders of a home. The records hold a password, so nobody else may read them. */
export async function makeHome(home: Home): Promise<Home> {
  for (const folder of [home.root, home.python, home.cache, home.data, home.logs]) {
    await mkdir(folder, { recursive: true, mode: 0o755 });
  }
  await mkdir(home.records, { recursive: true, mode: 0o700 });
  return home;
}

/**
 * The home of this clone: `ACE_HOME`, else `.ace` in the project folder.
 *
 * Root's servers and sandboxes run as other users. When those cannot enter the project folder (a clone in
 * `/root`, say), `.ace` is a link to a folder below `/var/lib` that they can.
 */
export async function openHome(setting = process.env['ACE_HOME']): Promise<Home> {
  if (setting) return makeHome(homeAt(resolve(setting)));
  const local = join(projectFolder, '.ace');
  if (process.getuid?.() !== 0 || (await othersMayEnter(projectFolder))) {
    return makeHome(homeAt(local));
  }
  const root = await linkedHome(local);
  return makeHome(homeAt(root));
}

async function linkedHome(link: string): Promise<string> {
  const existing = await lstat(link).catch(() => null);
  if (existing?.isSymbolicLink()) return readlink(link);
  if (existing) return link;
  const clone = createHash('sha256').update(projectFolder).digest('hex').slice(0, 8);
  const root = join('/var/lib/acegrpo', `${basename(projectFolder)}-${clone}`);
  await mkdir(root, { recursive: true, mode: 0o755 });
  await symlink(root, link);
  return root;
}
