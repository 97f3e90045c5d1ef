import { closeSync, openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Asks every preloaded parent below `root` to end, and returns when their sockets answer nobody any more. */
export async function endParents(root: string): Promise<void> {
  const parents = join(root, 'preload');
  const keys = await readdir(parents).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const key of keys) {
    while (await askToEnd(join(parents, key)));
  }
}

/** False when nobody listens in this folder. The path of a socket may be short only: hence the descriptor. */
async function askToEnd(folder: string): Promise<boolean> {
  const directory = openSync(folder, 'r');
  const stream = connect(`/proc/self/fd/${directory}/socket`);
  try {
    return await new Promise((resolve) => {
      stream.once('error', () => resolve(false));
      stream.once('connect', () => stream.write('{"end": true}\n'));
      stream.once('close', (hadError) => resolve(!hadError)).resume();
    });
  } finally {
    closeSync(directory);
  }
}
