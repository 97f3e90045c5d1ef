/** Every public input's schema and default, and the names and time-outs that all processes share. */
export * from './pure.ts';
export { competitionSchema } from './competition.ts';
export { parseInput, InputError } from './input.ts';
export { resolveRunConfig, runConfigSchema } from './run-config.ts';
export type { RunConfig, RunInput } from './run-config.ts';
