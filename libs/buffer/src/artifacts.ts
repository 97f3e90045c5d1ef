import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files named by their content (SHA-256, hex): code, logs, submissions. Written before the row that names them. */
export interface ArtifactStore {
  /** Stores bytes and returns their name; a name that exists is not written again. */
  put(content: string | Uint8Array): Promise<string>;
  /** @throws when there is no such artifact, or its bytes are not what its name says. */
  get(sha256: string): Promise<Buffer>;
  /** Path of an artifact on this machine, for programs that read files. */
  pathOf(sha256: string): string;
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
  };
}

/** Aside, synced, renamed, and the rename itself synced: a file under its name is always whole. */
async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const aside = `${path}.${randomUUID()}`;
  const file = await open(aside, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  await syncFolder(folder);
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
