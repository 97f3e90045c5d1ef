import {
  ConfigMismatchError,
  firstValueDifference,
  ForkTooEarlyError,
  listRuns,
  type RunRecord,
} from '@ace/buffer';
import { type ConfigSources, defaultRecipe, resolveRun, type RunConfig } from '@ace/config';
import {
  chooseRun,
  type RunChoice,
  type TrainRequest,
  unfinishedRun,
} from '../input/choose-run.ts';
import type { RunSession } from './session.ts';
import { staticDisplay } from './static-display.ts';
import { startWorkflow } from './workflow.ts';

/** What was done to have a run going. */
export const Opening = {
  New: 'new',
  /** Its workflow was open already. */
  Attached: 'attached',
  /** It was closed, and goes on from its record. */
  Resumed: 'resumed',
  /** There is nothing left to do. */
  AlreadyFinished: 'already finished',
} as const;
export type Opening = (typeof Opening)[keyof typeof Opening];

export interface OpenRequest extends TrainRequest {
  /** Take up the newest unfinished run of the recipe where there is one. */
  takeUp: boolean;
}

/**
 * Starts the run that is asked for, resumes it, or attaches to it.
 * @throws ConfigMismatchError when it exists with another config; nothing was started then.
 */
export async function openRun(
  { db, temporal }: RunSession,
  request: OpenRequest,
  sources: ConfigSources,
): Promise<{ run: string; opening: Opening }> {
  const records = await listRuns(db);
  const choice = chosen(request, records);
  const config = await configFor(choice, records, sources);
  refuseOtherConfig(choice, config);
  const { run, known, input } = choice;
  if (known?.status === 'finished') return { run, opening: Opening.AlreadyFinished };
  const display = staticDisplay(run, input, known?.config ?? config);
  const started = await startWorkflow(temporal, run, input, display);
  if (!started) return { run, opening: Opening.Attached };
  return { run, opening: known ? Opening.Resumed : Opening.New };
}

function chosen({ takeUp, ...request }: OpenRequest, records: readonly RunRecord[]): RunChoice {
  const unfinished = takeUp ? unfinishedRun(request.recipe ?? defaultRecipe, records) : undefined;
  if (unfinished === undefined) return chooseRun(request, records, defaultRecipe);
  return chooseRun({ recipe: undefined, overrides: {}, name: unfinished }, records, defaultRecipe);
}

/** The config that the run is asked for with. @throws InputError, {@link ForkTooEarlyError} */
async function configFor(
  { run, input }: RunChoice,
  records: readonly RunRecord[],
  sources: ConfigSources,
): Promise<RunConfig> {
  const recordOf = (name: string) => records.find((record) => record.run === name);
  const find = (name: string) => Promise.resolve(recordOf(name) ?? null);
  const isNew = !recordOf(run);
  const { config, fork } = await resolveRun(input, sources, find, !isNew);
  if (fork && isNew && recordOf(fork.run)!.cursor < fork.past.length) {
    throw new ForkTooEarlyError(fork.run, fork.iteration);
  }
  return config;
}

function refuseOtherConfig({ run, known }: RunChoice, asked: RunConfig): void {
  if (!known) return;
  const difference = firstValueDifference(known.asked, JSON.parse(JSON.stringify(asked)));
  if (!difference) return;
  const { path, stored, given } = difference;
  throw new ConfigMismatchError(run, path, stored, given);
}
