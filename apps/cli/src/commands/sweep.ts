import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { ExitCode } from '../errors.ts';
import { withTraining } from '../run/session.ts';
import { sweepNow } from '../run/workflow.ts';
import { renderSweep } from '../view/render-sweep.ts';
import { paintFor } from '../view/text.ts';

/** `ace sweep`: what the schedule does every hour, now. Ends with 1 when some of it failed. */
export function sweepCommand(): Command {
  return new Command('sweep')
    .description('remove now what no run owns any more: sandboxes, checkpoints, files')
    .option('--json', 'print it as JSON')
    .action(sweep);
}

async function sweep({ json }: { json?: true }): Promise<void> {
  await withTraining(printSteps(process.stderr), async ({ temporal, mine }) => {
    const report = await sweepNow(temporal);
    const paint = paintFor(process.stdout, process.env);
    console.log(json ? JSON.stringify(report, null, 2) : renderSweep(report, paint).join('\n'));
    if (mine.includes('worker')) {
      console.error('The worker was started for this; it had swept its sandboxes by then.');
    }
    if (report.failed.length > 0) process.exitCode = ExitCode.Failed;
  });
}
