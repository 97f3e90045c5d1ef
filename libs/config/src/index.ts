/** Every public input's schema and default, and the names and time-outs that all processes share. */
export * from './pure.ts';
export { competitionSchema, metrics, taskKinds } from './competition.ts';
export { defaults } from './defaults.ts';
export { type FindRun, type ForkSource, type ResolvedRun, resolveRun } from './fork.ts';
export { didYouMean, InputError, parseInput } from './input.ts';
export { nearestNames } from './nearest.ts';
export { parseReplay, type ReplayInput, ReplayMode } from './replay.ts';
export {
  type ConfigSources,
  defaultRecipe,
  refuseMoreThanOne,
  resolveRunConfig,
} from './resolve.ts';
export { runConfigSchema } from './run-config.ts';
export { checkRunName } from './run-name.ts';
export { Overlap, type Schedule, scheduledInput, scheduleSchema } from './schedule.ts';
export { resolveSeries, StartFrom } from './series.ts';
