import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { projectFolder } from '../../src/home.ts';
import { lockFile } from '../../src/python/lock-files.ts';

/** Rooms that decide what a run's results are; the others move work about. */
const rooms = ['activities', 'apps/engine', 'libs'];
const counted = /\.(ts|mjs|py|json)$/;
const uncounted = /\.spec\.ts$|(^|\/)(node_modules|testing|__pycache__)\//;

/** SHA-256 over the sources on which results depend: runs of different sources are not compared. */
export async function sourceFingerprint(): Promise<string> {
  const lists = await Promise.all(rooms.map((room) => filesBelow(join(projectFolder, room))));
  const hash = createHash('sha256');
  for (const path of [...lists.flat().sort(), lockFile('solution')]) {
    const content = await readFile(path);
    hash.update(`${relative(projectFolder, path)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => counted.test(path) && !uncounted.test(relative(folder, path)));
}
