import { InputError } from '@ace/config';
import { startSystem } from '../e2e/system.ts';
import { conduct } from './conduct.ts';
import { parseOptions, usage } from './options.ts';
import { renderReport } from './table.ts';

/** `npm run chaos`: kills the parts of the real system at random moments; see README.md. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (!options) return console.log(usage);
  console.log(`seed ${options.seed}`);
  const system = await startSystem();
  try {
    const report = await conduct(system, options, console.log);
    console.log(`\n${renderReport(report)}`);
    const unequal = report.outcomes.some(({ difference }) => difference !== null);
    if (unequal) process.exitCode = 1;
  } finally {
    await system.end();
  }
}

main().catch((error: unknown) => {
  const known = error instanceof InputError ? error.message : (error as Error).stack;
  console.error(`\n✗ ${known}`);
  process.exitCode = 1;
});
