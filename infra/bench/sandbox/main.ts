import { InputError } from '@ace/config';
import { printSteps } from '../../bootstrap/progress.mjs';
import { SetUpError } from '../../src/errors.ts';
import { benchmark } from './benchmark.ts';
import { interruptible, InterruptedError } from './interruption.ts';
import { parseOptions, usage } from './options.ts';
import { renderTable } from './table.ts';

/** `npm run bench:sandbox`: what the sandbox costs beside a bare loop of containers; see README.md. */
try {
  const options = parseOptions(process.argv.slice(2));
  if (options) {
    const onStep = printSteps(process.stderr);
    const results = await interruptible((signal) => benchmark(options, onStep, signal));
    console.log(options.json ? JSON.stringify(results, null, 2) : `\n${renderTable(results)}`);
  } else console.log(usage);
} catch (error) {
  const known = [InputError, SetUpError, InterruptedError].some((kind) => error instanceof kind);
  console.error(`\n✗ ${known ? (error as Error).message : (error as Error).stack}`);
  process.exitCode = error instanceof InterruptedError ? 130 : 1;
}
