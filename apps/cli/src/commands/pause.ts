import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { findRun } from '../run/find-run.ts';
import { withTraining } from '../run/session.ts';
import { control } from '../run/workflow.ts';

/** `ace pause`: the run begins no further iteration; those that were begun go on as far as their turn allows. */
export function pauseCommand(): Command {
  return new Command('pause')
    .description('have a run begin no further iteration')
    .argument('<run>', 'name of the run')
    .action(pause);
}

async function pause(name: string): Promise<void> {
  await withTraining(printSteps(process.stderr), async ({ db, temporal }) => {
    const { run } = await findRun(db, name);
    const { iteration, iterations } = await control(temporal, run, 'pause');
    console.log(`${run}: paused at iteration ${iteration} of ${iterations}. To go on:`);
    console.log(`  npm run ace -- resume ${run}`);
  });
}
