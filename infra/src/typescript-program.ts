import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ServerProgram } from './servers/server.ts';

const require = createRequire(import.meta.url);
const { version } = require('../package.json') as { version: string };

/** A TypeScript program of this project, run from its source by the Node that runs this. */
export function typescriptProgram(
  main: string,
  args: readonly string[],
): Omit<ServerProgram, 'source'> {
  // By its full address, since the data folder in which servers run has no node_modules.
  const loader = pathToFileURL(require.resolve('tsx')).href;
  return {
    file: process.execPath,
    args: ['--import', loader, main, ...args],
    env: process.env,
    version,
  };
}
