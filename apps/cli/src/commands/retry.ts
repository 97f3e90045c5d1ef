import { printSteps } from '@ace/infra/progress';
import { Command, InvalidArgumentError } from 'commander';
import { findRun } from '../run/find-run.ts';
import { withRuns } from '../run/session.ts';
import { retryStep } from '../run/workflow.ts';

/** `ace retry`: lets the step that blocks a run try again, once its cause is mended. */
export function retryCommand(): Command {
  return new Command('retry')
    .description('let the step that blocks a run try again')
    .argument('<run>', 'name of the run')
    .argument(
      '[iteration]',
      'the blocked iteration; the one that is shown unless told',
      wholeNumber,
    )
    .action(retry);
}

/** Lets the blocked step of this iteration, or the one that is shown, try again. */
export async function retry(name: string, given: number | undefined): Promise<void> {
  await withRuns(printSteps(process.stderr), async ({ db, temporal }) => {
    const { run, failure } = await findRun(db, name);
    const iteration = given ?? failure?.iteration ?? 0;
    await retryStep(temporal, run, iteration);
    console.log(`${run}: ${failure?.step ?? `iteration ${iteration}`} is tried again`);
  });
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number.');
}
