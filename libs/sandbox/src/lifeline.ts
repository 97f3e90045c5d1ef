import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

/**
 * An execution's `lifeline` is a FIFO that its supervisor and its sandbox hold open for writing. So the
 * kernel itself says whether anything of it lives, and says it at the moment when that ends.
 */
const lifelineOf = (folder: string): string => join(folder, 'lifeline');
const controlOf = (folder: string): string => join(folder, 'control');

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** A descriptor of the lifeline while something holds it, else null (also when there is none). */
function openLiving(folder: string): number | null {
  let descriptor: number;
  try {
    descriptor = openSync(lifelineOf(folder), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  if (hasWriter(descriptor)) return descriptor;
  closeSync(descriptor);
  return null;
}

/** Nothing is ever written into a lifeline: without a writer it is at its end, with one it would block. */
function hasWriter(descriptor: number): boolean {
  try {
    readSync(descriptor, Buffer.alloc(1));
    return false;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return true;
    throw error;
  }
}

/** Whether the supervisor or anything in the sandbox of this folder lives. */
export function isAlive(folder: string): boolean {
  const descriptor = openLiving(folder);
  if (descriptor === null) return false;
  closeSync(descriptor);
  return true;
}

/**
 * Resolves true when nothing of the folder's execution lives any more, without polling; false when
 * `signal` aborted first.
 */
export async function untilDead(folder: string, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return false;
  const descriptor = openLiving(folder);
  if (descriptor === null) return true;
  const stream = new Socket({ fd: descriptor, readable: true, writable: false });
  return new Promise((resolve, reject) => {
    const letGo = (): void => {
      stream.destroy();
      resolve(false);
    };
    signal?.addEventListener('abort', letGo, { once: true });
    stream.once('close', () => {
      signal?.removeEventListener('abort', letGo);
      resolve(signal?.aborted !== true);
    });
    stream.once('error', reject);
    stream.resume();
  });
}

/** Asks the supervisor to end its sandbox; false when there is no supervisor to ask. */
export function askToStop(folder: string): boolean {
  try {
    const descriptor = openSync(controlOf(folder), constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(descriptor, 'x');
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENXIO' || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
