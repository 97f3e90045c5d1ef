import { Worker } from '@temporalio/worker';

/**
 * The worker, as one of this benchmark's: it ends with the benchmark. With the argument `standby` it opens
 * everything and asks for no tasks until it is told to: so it is back at the wanted moment after another one died,
 * on a machine on which a start takes seconds too.
 */
process.once('disconnect', () => process.exit(1));

if (process.argv[2] === 'standby') {
  const told = new Promise<void>((resolve) => process.once('message', () => resolve()));
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its worker below
  const run = Worker.prototype.run;
  Worker.prototype.run = async function (this: Worker): Promise<void> {
    process.send?.('ready');
    await told;
    await run.call(this);
  };
}
// eslint-disable-next-line @nx/enforce-module-boundaries -- becomes one file with the program
await import('../../../apps/worker/src/main.ts');
