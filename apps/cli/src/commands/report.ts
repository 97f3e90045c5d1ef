import { InputError } from '@ace/config';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { renderReport } from '../report/render-report.ts';
import { findRun } from '../run/find-run.ts';
import { reportOn } from '../run/report-on.ts';
import { withRuns } from '../run/session.ts';
import { paintFor } from '../view/text.ts';

interface ReportFlags {
  last?: true;
  json?: true;
}

/** `ace report`: what a run learnt, by its fixed evaluation; an unfinished run's is what there is so far. */
export function reportCommand(): Command {
  return new Command('report')
    .description('what a run learnt, measured by its fixed evaluation')
    .argument('[run]', 'name of the run; the newest unless told')
    .option('--last', 'the newest run')
    .option('--json', 'print it as JSON')
    .action(report);
}

async function report(name: string | undefined, { last, json }: ReportFlags): Promise<void> {
  if (last && name !== undefined) {
    throw new InputError(`report: expected a run or --last, got both ("${name}")`);
  }
  await withRuns(printSteps(process.stderr), async (session) => {
    const made = await reportOn(session, await findRun(session.db, name));
    const paint = paintFor(process.stdout, process.env);
    console.log(json ? JSON.stringify(made, null, 2) : renderReport(made, paint).join('\n'));
  });
}
