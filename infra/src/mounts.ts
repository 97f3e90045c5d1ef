import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readFileIfAny } from './servers/atomic-file.ts';

/** Mount points at or below a folder, the outermost first; none where the system does not say (without /proc). */
export async function mountsBelow(folder: string): Promise<string[]> {
  const table = (await readFileIfAny('/proc/self/mountinfo')) ?? '';
  return table
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path === folder || path.startsWith(`${folder}/`));
}

/** Whose process was killed may take this long to let go of its last file. */
const busyForMs = 10_000;
const pauseMs = 200;

/** Unmounts everything at or below a folder, the innermost first; waits a while for what is busy. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const path of (await mountsBelow(folder)).reverse()) {
    const until = performance.now() + busyForMs;
    while (!(await unmounted(path, performance.now() > until))) await sleep(pauseMs);
  }
}

/** False when it is busy; `detach` takes it out of sight even then, and its last user ends it. */
async function unmounted(path: string, detach: boolean): Promise<boolean> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const args = [...(detach ? ['--lazy'] : []), path];
    await promisify(execFile)('umount', args, { env, timeout: 30_000 });
    return true;
  } catch (error) {
    if (!detach && String(error).includes('busy')) return false;
    throw error;
  }
}
