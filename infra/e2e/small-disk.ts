import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A file system of a folder's own, in memory, which can be made full. */
export interface SmallDisk {
  /** Resolves when nothing fits any more. What others delete from then on is taken at once. */
  fill(): Promise<void>;
  /** Gives back what `fill` took. */
  free(): Promise<void>;
}

const filler = 'filler';
/** What such a file system gives at a time. */
const pageBytes = 4096;
const pauseMs = 20;

/**
 * Mounts one; whoever removes the folder unmounts it first.
 * @throws where this user may not mount.
 */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  const args = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'ace-test', folder];
  await promisify(execFile)('mount', args).catch((cause: Error) => {
    const needed = 'a test with a full disk has to mount a small one, so it has to run as root';
    throw new Error(`${needed}: ${cause.message}`, { cause });
  });
  const path = join(folder, filler);
  let filling: Promise<void> = Promise.resolve();
  let isWanted = false;
  return {
    async fill() {
      isWanted = true;
      await takeAll(path);
      filling = keepFull(path, () => isWanted);
    },
    async free() {
      isWanted = false;
      await filling;
      await rm(path, { force: true });
    },
  };
}

async function keepFull(path: string, isWanted: () => boolean): Promise<void> {
  while (isWanted()) {
    await sleep(pauseMs);
    await takeAll(path);
  }
}

async function takeAll(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (const bytes of [256 * pageBytes, pageBytes]) await appendWhileItFits(file, bytes);
  } finally {
    await file.close();
  }
}

async function appendWhileItFits(
  file: Awaited<ReturnType<typeof open>>,
  bytes: number,
): Promise<void> {
  const zeros = Buffer.alloc(bytes);
  try {
    for (;;) await file.write(zeros);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
