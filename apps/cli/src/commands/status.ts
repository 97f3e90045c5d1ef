import { listRuns, type RunRecord } from '@ace/buffer';
import { PhaseKind, phasesOf, TaskQueue } from '@ace/config';
import {
  namespace,
  openHome,
  readServices,
  runningServers,
  servicesWithSetting,
  skippedSchedules,
} from '@ace/infra';
import { printSteps } from '@ace/infra/progress';
import { Command } from 'commander';
import { conditionOf } from '../run/condition.ts';
import { type RunSession, withRuns } from '../run/session.ts';
import { renderStatus, type RunStatusView, type StatusView } from '../view/render-status.ts';
import { paintFor } from '../view/text.ts';
import { uiUrlOf } from '../view/ui-url.ts';

/** `ace status`: where the servers are and how every run stands. It only looks: what is down stays down. */
export function statusCommand(): Command {
  return new Command('status')
    .description('where the servers are, and how every run stands')
    .option('--json', 'print it as JSON')
    .action(status);
}

async function status({ json }: { json?: true }): Promise<void> {
  const tell = (view: StatusView): void => {
    const paint = paintFor(process.stdout, process.env);
    console.log(json ? JSON.stringify(view, null, 2) : renderStatus(view, paint).join('\n'));
  };
  const down = await viewWhileDown();
  if (down) tell(down);
  else {
    const look = async (session: RunSession): Promise<void> => tell(await statusOf(session));
    await withRuns(printSteps(process.stderr), look);
  }
}

/** What is known without the servers that know the runs; null when they are all there. */
async function viewWhileDown(): Promise<StatusView | null> {
  const home = await openHome();
  const running = await readServices(home);
  const named = servicesWithSetting();
  const needed = ['postgres', 'temporal'] as const;
  if (needed.every((name) => name in running || named.includes(name))) return null;
  const { address = null, uiUrl = null } = running.temporal ?? {};
  return {
    temporal: { address, ui: uiUrl, namespace },
    taskQueue: TaskQueue.Main,
    worker: (await runningServers(home)).includes('worker'),
    skippedSchedules: [],
    runs: null,
  };
}

async function statusOf(session: RunSession): Promise<StatusView> {
  const { address, uiUrl, namespace } = session.where;
  const records = await listRuns(session.db);
  return {
    temporal: { address, ui: uiUrl, namespace },
    taskQueue: TaskQueue.Main,
    worker: !session.mine.includes('worker'),
    skippedSchedules: await skippedSchedules(session.temporal),
    runs: await Promise.all(records.map((record) => runStatus(session, record))),
  };
}

async function runStatus(
  { temporal, where }: RunSession,
  { run, config, cursor, createdAt, finishedAt, ...record }: RunRecord,
): Promise<RunStatusView> {
  const { standing, failure } = await conditionOf(temporal, run, record);
  const acted = phasesOf(config)
    .slice(0, cursor)
    .filter(({ kind }) => kind === PhaseKind.Act);
  return {
    ...{ run, status: standing, failure, iterations: config.iterations },
    iteration: Math.max(0, ...acted.map(({ index }) => index)),
    ui: uiUrlOf(where, run),
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
