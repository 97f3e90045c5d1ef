import { InputError } from '@ace/config';
import { printSteps } from '../../bootstrap/progress.mjs';
import { benchmark } from './benchmark.ts';
import { parseOptions, usage } from './options.ts';

/** `npm run bench:learning`: compares samplers through the real pipeline; see README.md. */
try {
  const options = parseOptions(process.argv.slice(2));
  if (options) await benchmark(options, printSteps(process.stderr), console.log);
  else console.log(usage);
} catch (error) {
  const known = error instanceof InputError ? error.message : (error as Error).stack;
  console.error(`\n✗ ${known}`);
  process.exitCode = 1;
}
