import { defaults } from './defaults.ts';
import { didYouMean, InputError, parseInput } from './input.ts';
import { nearestNames } from './nearest.ts';
import { type RunConfig, runConfigSchema } from './run-config.ts';
import { withoutSeries } from './series.ts';
import { shown } from './shown.ts';

/** What a person gives to start a run: a recipe's name, any fields that replace the recipe's, and a series. */
export type RunInput = { recipe?: string } & Record<string, unknown>;

/** What inputs are resolved against. */
export interface ConfigSources {
  /** Recipes by name, each a partial run config. */
  recipes: Readonly<Record<string, object>>;
  /** Competitions that there are, in catalogue order. */
  competitions: { train: readonly string[]; heldOut: readonly string[] };
}

export const defaultRecipe = 'quickstart';

/**
 * Input over recipe over defaults, checked as a whole.
 * @throws {@link InputError} naming each field, what was given and what is expected.
 */
export function resolveRunConfig(input: unknown, sources: ConfigSources): RunConfig {
  const given = asObject(input ?? {}, sources);
  const { recipe = defaultRecipe, ...overrides } = withoutSeries(given);
  const { train, heldOut } = sources.competitions;
  const config = [recipeNamed(recipe, sources), overrides].reduce<unknown>(mergeConfig, {
    ...defaults,
    competitions: { train: [...train], heldOut: [...heldOut] },
  });
  return parseRunConfig(config, sources);
}

/** Checks a complete config. @throws {@link InputError} */
export function parseRunConfig(config: unknown, { competitions }: ConfigSources): RunConfig {
  const beside = ['recipe', 'series', 'startFrom', 'forkOf'];
  const resolved = parseInput(runConfigSchema, config, 'run config', beside);
  refuseUnknownCompetitions(resolved, [...competitions.train, ...competitions.heldOut]);
  return resolved;
}

/**
 * Refuses what a workflow was started with when that is more than the one input that there is.
 * @throws {@link InputError}
 */
export function refuseMoreThanOne(count: number): void {
  if (count <= 1) return;
  throw new InputError(
    `run config: (input): ${oneObject}, got ${count} arguments: put all fields into one object`,
  );
}

const oneObject = 'expected one JSON object, such as {"recipe": "quickstart", "iterations": 3}';

function asObject(input: unknown, { recipes }: ConfigSources): RunInput {
  if (isRecord(input)) return input;
  const [meant] = typeof input === 'string' ? nearestNames(input, Object.keys(recipes)) : [];
  const hint = meant === undefined ? '' : `, did you mean {"recipe": "${meant}"}?`;
  throw new InputError(`run config: (input): ${oneObject}, got ${shown(input)}${hint}`);
}

function recipeNamed(name: unknown, { recipes }: ConfigSources): object {
  const names = Object.keys(recipes);
  if (typeof name === 'string' && names.includes(name)) return recipes[name]!;
  throw new InputError(`run config: recipe: ${expectedOneOf(names, name)}`);
}

const expectedOneOf = (names: readonly string[], given: unknown): string =>
  `expected one of ${names.join(', ')}, got ${shown(given)}${didYouMean(given, names)}`;

/** Objects are merged field by field; everything else, arrays too, replaces. */
export function mergeConfig(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const replaced = Object.entries(over).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? mergeConfig(base[key], value) : value,
  ]);
  // No assignment: a key of the input may be `__proto__`, and must be refused as any unknown one.
  return Object.fromEntries([...Object.entries(base), ...replaced]);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function refuseUnknownCompetitions(config: RunConfig, known: readonly string[]): void {
  const unknown = (['train', 'heldOut'] as const).flatMap((split) =>
    config.competitions[split].flatMap((id, index) =>
      known.includes(id) ? [] : [`competitions.${split}.${index}: ${expectedOneOf(known, id)}`],
    ),
  );
  if (unknown.length > 0) throw new InputError(`run config: ${unknown.join('; ')}`);
}
