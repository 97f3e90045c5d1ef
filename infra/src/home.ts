import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** The home of this clone: `ACE_HOME`, else `.ace` in the project folder. */
export async function openHome(setting = process.env['ACE_HOME']): Promise<Home> {
  return makeHome(homeAt(setting ? resolve(setting) : join(projectFolder, '.ace')));
}
