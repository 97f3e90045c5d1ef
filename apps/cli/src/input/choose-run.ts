import { checkRunName, type ForkSource, type RunConfig, type RunInput } from '@ace/config';
import { nextRunName, numberOf } from './run-name.ts';

/** What a person asked to train. */
export interface TrainRequest {
  /** undefined when none was named. */
  recipe: string | undefined;
  /** Fields that replace the recipe's. */
  overrides: Readonly<Record<string, unknown>>;
  /** undefined for the next free name. */
  name: string | undefined;
}

/** What is known of a run that exists. */
export interface KnownRun {
  run: string;
  /** As it is now. */
  config: RunConfig;
  /** As it was opened with. */
  asked: RunConfig;
  status: string;
}

/** The run that a command is about, and the input that its workflow gets. */
export interface RunChoice {
  run: string;
  input: RunInput;
  /** null for a new run. */
  known: KnownRun | null;
}

/**
 * The named run, or the next of the recipe or of its parent's forks. One that exists, named without anything else,
 * is asked for as it was; with a recipe or settings it is asked for with those, and they must give the config that
 * it was opened with.
 * @throws InputError for a name that cannot be one.
 */
export function chooseRun(
  request: TrainRequest,
  known: readonly KnownRun[],
  defaultRecipe: string,
): RunChoice {
  const { recipe = defaultRecipe, overrides, name } = request;
  const { forkOf } = overrides as { forkOf?: ForkSource };
  const numbered = forkOf ? `${forkOf.run}-fork` : recipe;
  const taken = known.map((other) => other.run);
  const run = checkRunName(name ?? nextRunName(numbered, taken), '--name');
  const existing = known.find((other) => other.run === run) ?? null;
  const asked = request.recipe !== undefined || Object.keys(overrides).length > 0;
  if (existing && !asked) return { run, input: { ...existing.asked }, known: existing };
  return { run, input: { ...(forkOf ? {} : { recipe }), ...overrides }, known: existing };
}

/** The newest unfinished one of a recipe's numbered runs; `known` is newest first. */
export function unfinishedRun(recipe: string, known: readonly KnownRun[]): string | undefined {
  return known.find(({ run, status }) => numberOf(recipe, run) !== null && status !== 'finished')
    ?.run;
}
