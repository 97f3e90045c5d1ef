import { skippedSchedules } from '@ace/infra';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { findRun } from '../run/find-run.ts';
import { withRuns } from '../run/session.ts';
import { gatherErrors } from '../trouble/gather-errors.ts';
import { renderErrors } from '../view/render-errors.ts';
import { skippedLines } from '../view/render-schedules.ts';
import { paintFor } from '../view/text.ts';

/** `ace errors`: what failed in a run, where, why, what was tried again, and what to do. */
export function errorsCommand(): Command {
  return new Command('errors')
    .description('what failed in a run, where, why, what was tried again, and what to do')
    .argument('[run]', 'name of the run; the newest unless told')
    .option('--json', 'print it as JSON')
    .action(errors);
}

async function errors(name: string | undefined, { json }: { json?: true }): Promise<void> {
  await withRuns(printSteps(process.stderr), async (session) => {
    const found = await gatherErrors(session, await findRun(session.db, name));
    // Nights of which there is no run: nothing that a run could show.
    const skipped = await skippedSchedules(session.temporal);
    const paint = paintFor(process.stdout, process.env);
    const lines = (): string[] => [
      ...renderErrors(found, Date.now(), paint),
      ...(skipped.length > 0 ? ['', ...skippedLines(skipped, paint)] : []),
    ];
    const view = { ...found, skippedSchedules: skipped };
    console.log(json ? JSON.stringify(view, null, 2) : lines().join('\n'));
  });
}
