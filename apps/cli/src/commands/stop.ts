import { readRun } from '@ace/buffer';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { findRun } from '../run/find-run.ts';
import { type TrainingSession, withTraining } from '../run/session.ts';
import { control, workflowEnded } from '../run/workflow.ts';

/** `ace stop`: the run ends where it may go on later; with `--now` at once, and the command waits for that. */
export function stopCommand(): Command {
  return new Command('stop')
    .description('end a run once what it has begun is done; it can go on later')
    .argument('<run>', 'name of the run')
    .option('--now', 'end it at once: what is under way is cancelled')
    .action(stop);
}

async function stop(name: string, { now }: { now?: true }): Promise<void> {
  await withTraining(printSteps(process.stderr), async (session) => {
    const { run } = await findRun(session.db, name);
    await (now ? stopNow(session, run) : stopAfterIteration(session, run));
  });
}

async function stopAfterIteration({ temporal }: TrainingSession, run: string): Promise<void> {
  const { iteration, iterations } = await control(temporal, run, 'stopAfterIteration');
  console.log(`${run}: stops after iteration ${iteration} of ${iterations}. To see it do so:`);
  console.log(`  npm run ace -- watch ${run}`);
}

async function stopNow({ db, temporal }: TrainingSession, run: string): Promise<void> {
  await control(temporal, run, 'stopNow');
  await workflowEnded(temporal, run);
  console.log(`${run}: ${(await readRun(db, run))?.status}. To go on:`);
  console.log(`  npm run ace -- train --name ${run}`);
}
