import { openHome, stopServers } from '@ace/infra';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';

/** `ace down`: ends the processes that the records name, and nothing else; their data stay. */
export function downCommand(): Command {
  return new Command('down')
    .description('end the servers and the worker; their data stay')
    .action(down);
}

async function down(): Promise<void> {
  const stopped = await stopServers(await openHome(), printSteps(process.stderr));
  if (stopped.length === 0) console.log('Nothing was running.');
}
