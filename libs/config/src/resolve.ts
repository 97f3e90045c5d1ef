import { defaults } from './defaults.ts';
import { InputError, parseInput } from './input.ts';
import { type RunConfig, runConfigSchema } from './run-config.ts';
import { withoutSeries } from './series.ts';

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
  const { recipe = defaultRecipe, ...overrides } = withoutSeries(asObject(input ?? {}));
  const { train, heldOut } = sources.competitions;
  const config = [recipeNamed(recipe, sources), overrides].reduce<unknown>(mergeConfig, {
    ...defaults,
    competitions: { train: [...train], heldOut: [...heldOut] },
  });
  return parseRunConfig(config, sources);
}

/** Checks a complete config. @throws {@link InputError} */
export function parseRunConfig(config: unknown, { competitions }: ConfigSources): RunConfig {
  const resolved = parseInput(runConfigSchema, config, 'run config');
  refuseUnknownCompetitions(resolved, [...competitions.train, ...competitions.heldOut]);
  return resolved;
}

function asObject(input: unknown): RunInput {
  if (typeof input === 'object' && input !== null && !Array.isArray(input))
    return input as RunInput;
  throw new InputError(
    `run config: (input): expected one JSON object, got ${JSON.stringify(input)}`,
  );
}

function recipeNamed(name: unknown, { recipes }: ConfigSources): object {
  const recipe = typeof name === 'string' ? recipes[name] : undefined;
  if (recipe) return recipe;
  throw new InputError(
    `run config: recipe: expected one of ${Object.keys(recipes).join(', ')}, got ${JSON.stringify(name)}`,
  );
}

/** Objects are merged field by field; everything else, arrays too, replaces. */
export function mergeConfig(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    merged[key] = key in base ? mergeConfig(base[key], value) : value;
  }
  return merged;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function refuseUnknownCompetitions(config: RunConfig, known: readonly string[]): void {
  for (const split of ['train', 'heldOut'] as const) {
    config.competitions[split].forEach((id, index) => {
      if (known.includes(id)) return;
      throw new InputError(
        `run config: competitions.${split}.${index}: expected one of ${known.join(', ')}, got ${JSON.stringify(id)}`,
      );
    });
  }
}
