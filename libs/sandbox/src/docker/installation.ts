import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The identity of the sandboxes below `root`, made at the first call and kept there: so that installations that
 * share an engine never touch each other's containers, and a folder that was moved keeps its own.
 */
export async function installationOf(root: string): Promise<string> {
  const path = join(root, 'installation');
  const known = await readFile(path, 'utf8').catch(absent);
  if (known !== null) return known;
  const aside = join(root, `installation.${randomUUID()}`);
  await mkdir(root, { recursive: true });
  await writeFile(aside, randomUUID(), { flush: true });
  // A link, because of two that make it at once the first must stay.
  await link(aside, path).catch(present);
  await rm(aside);
  return readFile(path, 'utf8');
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function present(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
