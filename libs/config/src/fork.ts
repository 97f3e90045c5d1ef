import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { refuseChangedLimits } from './fork-limits.ts';
import { InputError, parseInput } from './input.ts';
import { type AcceptedChange, withLimits } from './limits.ts';
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
  /** `changes`: of the forked run's limits, which the fork takes over, all of them. */
  fork: (ForkSource & { past: Phase[]; changes: readonly AcceptedChange[] }) | null;
}

/** A run that may be forked: what it was opened with, and the changes of its limits since. */
export interface ForkedRun {
  asked: RunConfig;
  changes: readonly AcceptedChange[];
}

/** Runs that there are; null for one that there is not. */
export type FindRun = (run: string) => Promise<ForkedRun | null>;

/**
 * Resolves an input that asks for a run of its own, or for a fork of one that `find` knows. A fork that `isThere`
 * already began with what it shares, whatever became of the other run since.
 * @throws {@link InputError} naming each field, what was given and what is expected.
 */
export async function resolveRun(
  input: unknown,
  sources: ConfigSources,
  find: FindRun,
  isThere = false,
): Promise<ResolvedRun> {
  const source = forkSourceOf(input);
  if (!source) return { config: resolveRunConfig(input, sources), fork: null };
  const parent = await find(source.run);
  if (!parent) {
    throw new InputError(
      `run config: forkOf.run: expected the name of a run, got ${JSON.stringify(source.run)}`,
    );
  }
  const overrides = overridesOf(input as RunInput, source);
  const config = resolveForkConfig(overrides, source, parent, sources);
  if (!isThere) refuseUnderChanges(overrides, source, parent, config, sources);
  const past = phasesThrough(withLimits(parent.asked, parent.changes), source.iteration);
  return { config, fork: { ...source, past, changes: parent.changes } };
}

/** The fields that a fork has otherwise; `recipe` has no place among them. @throws {@link InputError} */
function overridesOf({ recipe, ...input }: RunInput, source: ForkSource): Record<string, unknown> {
  if (recipe !== undefined) {
    const expected = `none, since a fork goes on with the config of "${source.run}"`;
    throw new InputError(`run config: recipe: expected ${expected}, got ${JSON.stringify(recipe)}`);
  }
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== 'forkOf'));
}

/**
 * The config that a fork is opened with: the parent's, with the overrides over it. What happened before the fork
 * must be the beginning of the new run too, so fields that would have put the past in another order stay.
 * @throws {@link InputError}
 */
function resolveForkConfig(
  overrides: Record<string, unknown>,
  source: ForkSource,
  { asked, changes }: ForkedRun,
  sources: ConfigSources,
): RunConfig {
  const config = parseRunConfig(mergeConfig(asked, overrides), sources);
  for (const field of ['competitions', 'engine'] as const) refuseChange(field, asked, config);
  refuseOtherPast(withLimits(asked, changes), withLimits(config, changes), source.iteration);
  return config;
}

/** @throws {@link InputError} for a field that the parent's changes concern, or one that cannot go with them. */
function refuseUnderChanges(
  overrides: Record<string, unknown>,
  { run }: ForkSource,
  { changes }: ForkedRun,
  config: RunConfig,
  sources: ConfigSources,
): void {
  refuseChangedLimits(overrides, run, changes);
  for (const { fromIteration } of changes) {
    parseRunConfig(withLimits(config, changes, fromIteration), sources);
  }
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
