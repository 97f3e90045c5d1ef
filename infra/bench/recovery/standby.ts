import { projectFolder } from '../../src/home.ts';
import { workerProgram } from '../../src/worker.ts';
import { join } from 'node:path';

/**
 * A worker that has its code in memory and has opened nothing: told to, it becomes one. So it is back soon after
 * another one died, on a machine on which loading takes seconds too.
 */
const code = [
  'activities/src/index.ts',
  'apps/worker/src/bundle.ts',
  'apps/worker/src/dependencies.ts',
];

await Promise.all(code.map((file) => import(join(projectFolder, file))));
process.once('message', () => {
  process.disconnect();
  void import(workerProgram);
});
process.send?.('loaded');
