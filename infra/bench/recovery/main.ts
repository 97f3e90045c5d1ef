import { InputError } from '@ace/config';
import { SetUpError } from '../../src/errors.ts';
import { benchmark } from './benchmark.ts';
import { parseOptions, usage } from './options.ts';
import { renderTables } from './table.ts';

/** `npm run bench:recovery`: how soon work goes on after a worker's death, and what deaths cost; see README.md. */
try {
  const options = parseOptions(process.argv.slice(2));
  if (options) {
    const results = await benchmark(options, (line) => console.error(line));
    console.log(options.json ? JSON.stringify(results, null, 2) : `\n${renderTables(results)}`);
  } else console.log(usage);
} catch (error) {
  const known = error instanceof InputError || error instanceof SetUpError;
  console.error(`\n✗ ${known ? error.message : (error as Error).stack}`);
  process.exitCode = 1;
}
