import { FaultPoint, faultPoint } from '@ace/faults';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Files named by their content (SHA-256, hex): code, logs, submissions. Written before the row that names them. */
export interface ArtifactStore {
  /** Stores bytes and returns their name; a name that exists is not written again. */
  put(content: string | Uint8Array): Promise<string>;
  /** @throws when there is no such artifact, or its bytes are not what its name says. */
  get(sha256: string): Promise<Buffer>;
  /** Path of an artifact on this machine, for programs that read files. */
  pathOf(sha256: string): string;
  /**
   * Deletes the temporary files of writers that died, and nothing else; returns their names. Give a
   * `minimumAgeMs` that no living writer needs.
   */
  sweep(minimumAgeMs: number): Promise<string[]>;
}

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** An artifact store in a folder of its own. */
export function openArtifacts(folder: string): ArtifactStore {
  const pathOf = (name: string): string => join(folder, name.slice(0, 2), name);
  return {
    pathOf,
    async put(content) {
      const name = sha256(content);
      const path = pathOf(name);
      if (!(await exists(path))) await writeDurably(path, content);
      return name;
    },
    async get(name) {
      const content = await readFile(pathOf(name));
      if (sha256(content) !== name) throw new Error(`artifact ${name} is damaged on disk`);
      return content;
    },
    sweep: (minimumAgeMs) => sweepAside(folder, Date.now() - minimumAgeMs),
  };
}

/** Aside, synced, renamed, and the rename itself synced: a file under its name is always whole. */
async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const aside = asideOf(path);
  const file = await open(aside, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  faultPoint(FaultPoint.ArtifactAside);
  await rename(aside, path);
  await syncFolder(folder);
}

const asideOf = (path: string): string => `${path}.${randomUUID()}`;
const isAside = (name: string): boolean => /^[0-9a-f]{64}\.[0-9a-f-]{36}$/.test(name);

async function sweepAside(folder: string, before: number): Promise<string[]> {
  const files = await readdir(folder, { recursive: true }).catch(noneOf);
  const swept: string[] = [];
  for (const file of files.filter((path) => isAside(basename(path))).sort()) {
    const path = join(folder, file);
    const found = await stat(path).catch(() => null);
    // A writer that goes on after all fails at its rename, and is tried again.
    if (found === null || found.mtimeMs > before) continue;
    await rm(path, { force: true });
    swept.push(basename(file));
  }
  return swept;
}

/** Before the first artifact there is no folder. */
function noneOf(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
