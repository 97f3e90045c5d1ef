import { InputError } from '@ace/config';
import { setTimeout as sleep } from 'node:timers/promises';
import { ace } from '../e2e/ace.ts';
import { ageStaging, leftoversOf, nothing } from '../e2e/leftovers.ts';
import { conduct } from './conduct.ts';
import { shortfalls } from './demands.ts';
import { parseOptions, usage } from './options.ts';
import { type ChaosSystem, startChaosSystem } from './system.ts';
import { renderReport } from './table.ts';

/** After the last run is over. */
const quietMs = 15_000;

/** `npm run chaos`: kills the parts of the real system at random moments; see README.md. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (!options) return console.log(usage);
  console.log(`seed ${options.seed}`);
  const system = await startChaosSystem(options.legs);
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> => (ending ??= system.end());
  process.once('SIGINT', () => void end().then(() => process.exit(130)));
  try {
    const report = await conduct(system, options, console.log);
    console.log(`\n${renderReport(report)}`);
    const isClean = await nothingIsLeft(system);
    if (!isClean || shortfalls(report).length > 0) process.exitCode = 1;
  } finally {
    await end();
  }
}

/** Looks for what nobody owns, once what is swept every hour was swept. */
async function nothingIsLeft(system: ChaosSystem): Promise<boolean> {
  await sleep(quietMs);
  await ageStaging(system.home);
  const swept = await ace(system.home, 'sweep');
  const found = await leftoversOf({ ...system, docker: system.containers?.docker ?? null });
  const isClean = JSON.stringify(found) === JSON.stringify(nothing);
  const words = isClean ? 'nothing' : JSON.stringify(found, null, 2);
  console.log(`\nthe sweep, ${quietMs / 1000} s later: ${swept.trim()}\nleft after it: ${words}`);
  return isClean;
}

main().catch((error: unknown) => {
  const known = error instanceof InputError ? error.message : (error as Error).stack;
  console.error(`\n✗ ${known}`);
  process.exitCode = 1;
});
