import { TaskQueue } from '@ace/config';
import { padded, type Paint } from './text.ts';
import { startFormUrl } from './ui-url.ts';

/** Where the Temporal server is. */
export interface Whereabouts {
  address: string;
  /** null where only its owner knows. */
  uiUrl: string | null;
  namespace: string;
}

const label = 17;

/** Where everything is, and what starts a run from the Temporal UI. */
export function renderUp(where: Whereabouts, worker: boolean, paint: Paint): string[] {
  const row = (name: string, text: string): string => paint.faint(padded(name, label)) + text;
  const ui = where.uiUrl ?? 'of the server that TEMPORAL_ADDRESS names';
  return [
    row('Temporal UI', ui),
    row('address', `${where.address}, namespace ${where.namespace}`),
    row('task queue', TaskQueue.Main),
    row('worker', worker ? 'running' : 'none; `npm run ace -- up` starts one'),
    '',
    'To train from the UI: Start Workflow, and fill in',
    ...(where.uiUrl ? [`  ${startFormUrl({ ...where, uiUrl: where.uiUrl })}`] : []),
    row('  Workflow ID', 'name of the run, such as nightly-1'),
    row('  Task Queue', TaskQueue.Main),
    row('  Workflow Type', 'trainingRun'),
    row('  Input', '{} or, for example, {"recipe": "quickstart", "iterations": 3}'),
    '',
    '`npm run ace -- down` ends what was started.',
  ];
}
