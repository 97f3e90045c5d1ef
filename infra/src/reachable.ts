import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const enterByOthers = 0o001;

/** Whether a user who owns nothing may enter `path` and every folder above it. */
export async function othersMayEnter(path: string): Promise<boolean> {
  let folder = await realpath(path);
  for (;;) {
    if (((await stat(folder)).mode & enterByOthers) === 0) return false;
    const above = dirname(folder);
    if (above === folder) return true;
    folder = above;
  }
}
