import { digestRun, formatDigest } from '@ace/buffer';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { findRun } from '../run/find-run.ts';
import { withRecord } from '../run/session.ts';

/** `ace digest`: two runs of one config and seed have the same, whatever was killed meanwhile. */
export function digestCommand(): Command {
  return new Command('digest')
    .description('SHA-256 of everything in a run that must not depend on luck')
    .argument('<run>', 'name of the run')
    .option('--json', 'print it as JSON')
    .action(digest);
}

async function digest(name: string, { json }: { json?: true }): Promise<void> {
  await withRecord(printSteps(process.stderr), async ({ db }) => {
    const { run } = await findRun(db, name);
    const made = await digestRun(db, run);
    console.log(json ? JSON.stringify(made, null, 2) : formatDigest(made));
  });
}
