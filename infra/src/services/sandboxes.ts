import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createBubblewrapSandbox } from '@ace/sandbox';
import type { Home } from '../home.ts';
import { solutionPython } from '../python/environment.ts';
import { serverDeadline } from '../servers/server.ts';

/** Where a worker of this home keeps its sandboxes. */
export const sandboxesFolder = (home: Home): string => join(home.root, 'sandboxes');

/**
 * Ends the preloaded parents that workers left. Programs that run go on, each to its limits, for a worker to
 * find their results.
 */
export async function endPreloaded(home: Home): Promise<void> {
  const sandbox = createBubblewrapSandbox({
    root: sandboxesFolder(home),
    python: solutionPython(home),
  });
  await Promise.race([
    sandbox.endPreloaded(),
    setTimeout(serverDeadline.stopMs, undefined, { ref: false }),
  ]);
}
