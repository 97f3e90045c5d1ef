import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultFolder } from './result-folder.ts';

/** Between two looks at a container that says nothing, in case that it has ended. */
const lookMs = 500;
/** Between two looks at what it says: it opens its files some 20 ms after its start. */
const pauseMs = 1;

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
  for (let nextLook = Date.now() + lookMs; !signal?.aborted; await sleep(pauseMs)) {
    const { at } = results.state();
    if (at === 'started' || at === 'failed' || results.hasResult()) return;
    if (at === 'opened' && !isClosed) {
      await results.close();
      isClosed = true;
    }
    if (Date.now() < nextLook) continue;
    nextLook = Date.now() + lookMs;
    if (!(await isRunning())) return;
  }
}
