import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { InputError, parseInput } from './input.ts';
import { type Phase, PhaseKind, phasesOf, type ScheduleConfig } from './phases.ts';
import {
  type ConfigSources,
  mergeConfig,
  parseRunConfig,
  resolveRunConfig,
  type RunInput,
} from './resolve.ts';
import type { RunConfig } from './run-config.ts';

/** Where a fork leaves another run: it shares everything that this one did through its `iteration`. */
export interface ForkSource {
  run: string;
  /** 0 for version 0 alone. */
  iteration: number;
}

const forkSchema = z
  .object({ run: z.string().min(1), iteration: z.number().int().min(0).max(100_000) })
  .strict();

function forkSourceOf(input: unknown): ForkSource | null {
  const forkOf = (input as RunInput | null)?.['forkOf'];
  if (forkOf === undefined) return null;
  return parseInput(z.object({ forkOf: forkSchema }), { forkOf }, 'run config').forkOf;
}

/** What a run begins with: its config and, for a fork, what it shares. */
export interface ResolvedRun {
  config: RunConfig;
  fork: (ForkSource & { past: Phase[] }) | null;
}

/**
 * Resolves an input that asks for a run of its own, or for a fork of one whose config `configOf` reads.
 * @throws {@link InputError} naming each field, what was given and what is expected.
 */
export async function resolveRun(
  input: unknown,
  sources: ConfigSources,
  configOf: (run: string) => Promise<RunConfig | null>,
): Promise<ResolvedRun> {
  const source = forkSourceOf(input);
  if (!source) return { config: resolveRunConfig(input, sources), fork: null };
  const parent = await configOf(source.run);
  if (!parent) {
    throw new InputError(
      `run config: forkOf.run: expected the name of a run, got ${JSON.stringify(source.run)}`,
    );
  }
  const config = resolveForkConfig(input as RunInput, source, parent, sources);
  return { config, fork: { ...source, past: phasesThrough(parent, source.iteration) } };
}

/**
 * The config of a fork: the parent's, with the fields of the input over it. What happened before the fork must
 * be the beginning of the new run too, so fields that would have put the past in another order stay.
 * @throws {@link InputError}
 */
function resolveForkConfig(
  { recipe, ...input }: RunInput,
  source: ForkSource,
  parent: RunConfig,
  sources: ConfigSources,
): RunConfig {
  if (recipe !== undefined) {
    const expected = `none, since a fork goes on with the config of "${source.run}"`;
    throw new InputError(`run config: recipe: expected ${expected}, got ${JSON.stringify(recipe)}`);
  }
  const overrides = Object.fromEntries(Object.entries(input).filter(([key]) => key !== 'forkOf'));
  const config = parseRunConfig(mergeConfig(parent, overrides), sources);
  for (const field of ['competitions', 'engine'] as const) refuseChange(field, parent, config);
  refuseOtherPast(parent, config, source.iteration);
  return config;
}

/**
 * The phases that a fork at `iteration` shares: all through learn(`iteration`) and the evaluation of that version.
 * @throws {@link InputError} when the run has no such iteration.
 */
function phasesThrough(config: ScheduleConfig, iteration: number): Phase[] {
  const phases = phasesOf(config);
  const kind = iteration === 0 ? PhaseKind.Initialise : PhaseKind.Learn;
  const last = phases.findIndex((phase) => phase.kind === kind && phase.index === iteration);
  if (last < 0) {
    const expected = `expected 0 to ${config.iterations}, the run's iterations`;
    throw new InputError(`run config: forkOf.iteration: ${expected}, got ${iteration}`);
  }
  const next = phases[last + 1];
  return phases.slice(0, next?.kind === PhaseKind.Evaluate ? last + 2 : last + 1);
}

/** What is learnt from, and by whom: the states and weights that a fork shares are of these. */
function refuseChange(
  field: 'competitions' | 'engine',
  parent: RunConfig,
  config: RunConfig,
): void {
  if (isDeepStrictEqual(parent[field], config[field])) return;
  const [expected, given] = [parent, config].map((one) => JSON.stringify(one[field]));
  throw new InputError(
    `run config: ${field}: expected what the forked run has, ${expected}, got ${given}`,
  );
}

const ordering = ['pipelineDepth', 'iterationsPerSegment', 'iterations'] as const;

function refuseOtherPast(parent: RunConfig, config: RunConfig, iteration: number): void {
  const past = phasesThrough(parent, iteration);
  const asked = iteration <= config.iterations ? phasesThrough(config, iteration) : [];
  if (isDeepStrictEqual(past, asked)) return;
  const field = ordering.find((name) => parent[name] !== config[name]);
  const [path, stored, given] = field
    ? [field, parent[field], config[field]]
    : ['evaluation', JSON.stringify(parent.evaluation), JSON.stringify(config.evaluation)];
  throw new InputError(
    `run config: ${path}: expected ${stored}, with which the forked run came to iteration ${iteration}, got ${given}`,
  );
}
