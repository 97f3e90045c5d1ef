import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { findRun } from '../run/find-run.ts';
import { follow } from '../run/follow.ts';
import { interruption } from '../run/interruption.ts';
import { observerOf } from '../run/observe.ts';
import { withRuns } from '../run/session.ts';
import { screenOn } from '../view/screen.ts';

/** `ace watch`: the live view of a run that somebody else follows or nobody does; Ctrl-C leaves it alone. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('live view of a run; Ctrl-C leaves the run alone')
    .argument('[run]', 'name of the run; the newest unless told')
    .action(watch);
}

async function watch(name: string | undefined): Promise<void> {
  const signal = interruption();
  await withRuns(printSteps(process.stderr), async (session) => {
    const { run, status } = await findRun(session.db, name);
    if (session.mine.includes('worker') && status !== 'finished') {
      console.error(`No worker is at work here. To go on: npm run ace -- train --name ${run}\n`);
    }
    const screen = screenOn(process.stdout);
    const observer = observerOf(session, run);
    const mend = (): Promise<void> => Promise.resolve();
    try {
      await follow({ observer, screen, signal, mend, endWhenBlocked: false });
    } finally {
      screen.close();
    }
  });
}
