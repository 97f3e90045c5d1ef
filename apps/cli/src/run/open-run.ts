import { ConfigMismatchError, firstValueDifference, listRuns, type RunRecord } from '@ace/buffer';
import { type ConfigSources, defaultRecipe, type RunConfig, resolveRunConfig } from '@ace/config';
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
  const choice = chosen(request, await listRuns(db));
  const config = resolveRunConfig(choice.input, sources);
  refuseOtherConfig(choice, config);
  const { run, known, input } = choice;
  if (known?.status === 'finished') return { run, opening: Opening.AlreadyFinished };
  const started = await startWorkflow(temporal, run, input, staticDisplay(run, input, config));
  if (!started) return { run, opening: Opening.Attached };
  return { run, opening: known ? Opening.Resumed : Opening.New };
}

function chosen({ takeUp, ...request }: OpenRequest, records: readonly RunRecord[]): RunChoice {
  const unfinished = takeUp ? unfinishedRun(request.recipe ?? defaultRecipe, records) : undefined;
  if (unfinished === undefined) return chooseRun(request, records, defaultRecipe);
  return chooseRun({ recipe: undefined, overrides: {}, name: unfinished }, records, defaultRecipe);
}

function refuseOtherConfig({ run, known }: RunChoice, asked: RunConfig): void {
  if (!known) return;
  const difference = firstValueDifference(known.config, JSON.parse(JSON.stringify(asked)));
  if (!difference) return;
  const { path, stored, given } = difference;
  throw new ConfigMismatchError(run, path, stored, given);
}
