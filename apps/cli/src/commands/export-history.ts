import { InputError } from '@ace/config';
import { printSteps } from '@ace/infra/progress';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { withRuns } from '../run/session.ts';
import { workflowEnd } from '../run/workflow.ts';

const { History } = proto.temporal.api.history.v1;

/** `ace export-history`: what Temporal recorded of one workflow, as the replay test reads it. */
export function exportHistoryCommand(): Command {
  return new Command('export-history')
    .description('write the history of a workflow to a file, to be replayed')
    .argument('<workflow>', 'its id in the Temporal UI, such as RUN or RUN/iteration/3')
    .option('--out <file>', 'where to (TYPE.DATE.binpb in this folder)')
    .action(exportHistory);
}

async function exportHistory(workflowId: string, { out }: { out?: string }): Promise<void> {
  await withRuns(printSteps(process.stderr), async ({ temporal }) => {
    const history = await historyOf(temporal, workflowId);
    const file = out ?? nameOf(history);
    await writeFile(file, History.encode(history).finish(), { flag: 'wx' }).catch(refuseExisting);
    console.log(`${history.events?.length ?? 0} events of ${workflowId} in ${file}`);
  });
}

async function historyOf(
  temporal: Client,
  workflowId: string,
): Promise<proto.temporal.api.history.v1.IHistory> {
  if ((await workflowEnd(temporal, workflowId)) === null) {
    throw new InputError(`workflow: expected an id that Temporal knows, got "${workflowId}"`);
  }
  return temporal.workflow.getHandle(workflowId).fetchHistory();
}

function nameOf({ events }: proto.temporal.api.history.v1.IHistory): string {
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const date = new Date().toISOString().slice(0, 10);
  return `${started?.workflowType?.name ?? 'workflow'}.${date}.binpb`;
}

function refuseExisting(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EEXIST') throw error;
  throw new InputError(`--out: expected a file that is not there yet, got "${error.path}"`);
}
