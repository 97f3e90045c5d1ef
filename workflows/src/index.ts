/** Every workflow type of the pipeline: what happens, in order; pure. */
export { retryIterationUpdate, type StepFailure } from './blockade.ts';
export {
  configQuery,
  type Control,
  lastErrorsQuery,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
  type RunProgress,
  type RunSettings,
  stopAfterIterationUpdate,
  stopNowUpdate,
} from './controls.ts';
export { evaluation } from './evaluation.ts';
export { executionGroup } from './execution-group.ts';
export { changeLimitsUpdate } from './limits.ts';
export { type RetriedGroup } from './replay-group.ts';
export { replayIteration, type Replayed } from './replay-iteration.ts';
export { sweep, type SweepInput, type SweepReport } from './sweep.ts';
export { trainingIteration } from './training-iteration.ts';
export { trainingRun } from './training-run.ts';
export { type Verification } from './verification.ts';
