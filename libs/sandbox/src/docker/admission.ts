import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultFolder } from './result-folder.ts';

/** Between two looks at a container that says nothing, in case that it has ended. */
const lookMs = 500;
/**
 * Between two looks at what it says: a share of the time that has gone by, so that where everything is slow it is
 * not the looking that makes it so. A monitor has enough to do meanwhile.
 */
const pauseAfter = (ms: number): number => Math.min(50, Math.max(2, 0.2 * ms));

/**
 * Lets the program of a running container begin: waits until the monitor has opened `results`, and closes them
 * to whatever is inside. Resolves when the program has begun, when it cannot, or when `signal` aborts; the
 * state of `results` says which. Any worker may do it, and more than one: the one that started a container may
 * have died over it.
 */
export async function admit(
  results: ResultFolder,
  isRunning: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  let isClosed = false;
  const begin = Date.now();
  const pause = () => sleep(pauseAfter(Date.now() - begin));
  for (let nextLook = begin + lookMs; !signal?.aborted; await pause()) {
    const { at } = results.state();
    if (at === 'started' || at === 'failed') return;
    if (at === 'opened' && !isClosed) {
      await results.close();
      isClosed = true;
    }
    if (Date.now() < nextLook) continue;
    nextLook = Date.now() + lookMs;
    if (!(await isRunning())) return;
  }
}
