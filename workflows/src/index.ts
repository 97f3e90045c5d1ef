/** Every workflow type of the pipeline: what happens, in order; pure. */
export { retryIterationUpdate } from './blockade.ts';
export { evaluation } from './evaluation.ts';
export { executionGroup } from './execution-group.ts';
export { replayIteration, type Replayed, type Verification } from './replay-iteration.ts';
export { sweep, type SweepInput, type SweepReport } from './sweep.ts';
export { trainingIteration } from './training-iteration.ts';
export { trainingRun } from './training-run.ts';
