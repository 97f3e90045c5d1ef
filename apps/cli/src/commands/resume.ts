import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { findRun } from '../run/find-run.ts';
import { withTraining } from '../run/session.ts';
import { control } from '../run/workflow.ts';

/** `ace resume`: a paused run begins iterations again. */
export function resumeCommand(): Command {
  return new Command('resume')
    .description('go on with a paused run')
    .argument('<run>', 'name of the run')
    .action(resume);
}

async function resume(name: string): Promise<void> {
  await withTraining(printSteps(process.stderr), async ({ db, temporal }) => {
    const { run } = await findRun(db, name);
    const { iteration, iterations, status } = await control(temporal, run, 'resume');
    console.log(`${run}: ${status} again, at iteration ${iteration} of ${iterations}`);
  });
}
