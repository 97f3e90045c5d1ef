/** Micro competitions: the catalogue, prepared data, and the grader. */
export { competitionIds, loadCatalogue } from './catalogue.ts';
export { GraderError, InvalidReason } from './contract.ts';
export type { Grade, Grader, PreparedCompetition } from './contract.ts';
export { createGrader } from './grader/grader.ts';
export type { GraderOptions } from './grader/grader.ts';
export { cataloguePath } from './paths.ts';
export { referencePercentile } from './percentile.ts';
export { prepareCompetitions, PrepareError } from './prepare.ts';
export type { PrepareOptions } from './prepare.ts';
export { loadPrepared } from './prepared.ts';
