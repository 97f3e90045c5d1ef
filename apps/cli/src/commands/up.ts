import { ensureServers, ensureWorker, openHome, provision } from '@ace/infra';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { renderUp } from '../view/render-up.ts';
import { paintFor } from '../view/text.ts';

interface UpOptions {
  worker: boolean;
}

/** `ace up`: provides what is missing and starts the servers and a worker, each to outlive this command. */
export function upCommand(): Command {
  return new Command('up')
    .description('set up what is missing; start the servers and a worker in the background')
    .option('--no-worker', 'leave the worker out')
    .action(up);
}

async function up({ worker }: UpOptions): Promise<void> {
  const onStep = printSteps(process.stderr);
  const home = await openHome();
  const provisioned = await provision(home, onStep);
  const services = await ensureServers({ home, onStep });
  if (worker) await ensureWorker(home, services, provisioned, onStep);
  const paint = paintFor(process.stdout, process.env);
  console.log(['', ...renderUp(services.temporal, worker, paint)].join('\n'));
}
