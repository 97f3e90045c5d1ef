/** The part without zod: what workflow code may import (`@ace/config/pure`). */
export * from './addresses.ts';
export * from './child-ended.ts';
export * from './failures.ts';
export * from './limits.ts';
export * from './names.ts';
export * from './phases.ts';
export * from './search-attributes.ts';
export * from './timeouts.ts';
export type { Competition, CompetitionFeatures, Limits, Metric, TaskKind } from './competition.ts';
export type { ReplayInput } from './replay.ts';
export type { RunInput } from './resolve.ts';
export type { RunConfig } from './run-config.ts';
export type { Series } from './series.ts';
