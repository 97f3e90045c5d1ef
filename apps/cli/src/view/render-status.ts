import type { SkippedSchedule } from '@ace/infra';
import { type Failure, failureText, type Standing } from './live-view.ts';
import { skippedLines } from './render-schedules.ts';
import { cut, padded, type Paint, wrapped } from './text.ts';

/** How one run stands. */
export interface RunStatusView {
  run: string;
  status: Standing;
  /** The newest iteration whose attempts are sampled; 0 before the first. */
  iteration: number;
  iterations: number;
  failure: Failure | null;
  ui: string | null;
  /** ISO 8601. */
  createdAt: string;
  finishedAt: string | null;
}

/** What `ace status --json` prints. */
export interface StatusView {
  /** No address: no server runs. */
  temporal: { address: string | null; ui: string | null; namespace: string };
  taskQueue: string;
  /** Whether a worker runs on this machine for this home. */
  worker: boolean;
  /** Schedules whose last two firings were skipped. */
  skippedSchedules: SkippedSchedule[];
  /** null: not known while the servers are down. */
  runs: RunStatusView[] | null;
}

const nameWidth = 40;
const down = 'not running; `npm run ace -- up` starts it';

/** The same for people, at most `width` columns, but for addresses. */
export function renderStatus(view: StatusView, paint: Paint, width = 80): string[] {
  const { address, ui, namespace } = view.temporal;
  return [
    `${paint.faint('Temporal')}    ${address === null ? down : `${address}, namespace ${namespace}`}`,
    ...(ui ? [`${paint.faint('UI')}          ${ui}`] : []),
    `${paint.faint('task queue')}  ${view.taskQueue}`,
    `${paint.faint('worker')}      ${view.worker ? 'running' : 'none here; `npm run ace -- up` starts one'}`,
    ...skippedLines(view.skippedSchedules, paint, width),
    '',
    ...runsLines(view.runs, paint, width),
  ];
}

function runsLines(runs: StatusView['runs'], paint: Paint, width: number): string[] {
  if (runs === null) return ['How the runs stand is not known while the servers are down.'];
  if (runs.length === 0) return ['No run yet; npm start makes one.'];
  return runs.flatMap((run) => runLines(run, paint, width));
}

function runLines(view: RunStatusView, paint: Paint, width: number): string[] {
  const { run, status, iteration, iterations, failure } = view;
  const name = padded(cut(run, nameWidth), nameWidth);
  const standing = padded(status, 10);
  const line = (shown: string): string =>
    `${name}  ${shown} iteration ${iteration} of ${iterations}`;
  if (!failure) return [line(standing)];
  const words = wrapped(failureText(failure), width - 2);
  return [line(paint.bad(standing)), ...words.map((word) => `  ${cut(word, width - 2)}`)];
}
