import { open, readFile, rename } from 'node:fs/promises';

/** Writes aside, syncs and renames: a reader sees the old text or the new one, never a part. */
export async function writeFileAtomically(path: string, text: string, mode = 0o644): Promise<void> {
  const aside = `${path}.${process.pid}.new`;
  const file = await open(aside, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}

/** The file's text, or null when it is not there. */
export async function readFileIfAny(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
