import { createRequire } from 'node:module';
import { builtProgram } from '../bootstrap/program.mjs';
import type { Home } from './home.ts';
import type { ServerProgram } from './servers/server.ts';

const require = createRequire(import.meta.url);
const { version } = require('../package.json') as { version: string };

/** A TypeScript program of this project, run as it is now by the Node that runs this. */
export async function typescriptProgram(
  home: Home,
  main: string,
  args: readonly string[],
): Promise<Omit<ServerProgram, 'source'>> {
  const built = await builtProgram(main, home.cache);
  return {
    file: process.execPath,
    args: ['--enable-source-maps', built, ...args],
    env: process.env,
    version,
  };
}
