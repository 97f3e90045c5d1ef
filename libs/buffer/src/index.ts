/** The record of every run, in Postgres: what a retried call finds, and what a late writer cannot change. */
export { closeDatabase, type Database, openDatabase } from './database.ts';
export {
  AttemptClosedError,
  BufferError,
  ConfigMismatchError,
  EpochLostError,
  MissingRowError,
  NotDeterministicError,
  OutOfTurnError,
  SchemaTooNewError,
  StaleExecutionError,
  UnknownPhaseError,
  UnknownRunError,
} from './errors.ts';
export {
  type FailureRecord,
  listRuns,
  markFinished,
  openRun,
  readRun,
  type RunOpening,
  type RunRecord,
  RunStatus,
  setRunStatus,
} from './runs.ts';
export { type InPhase, inPhase, phaseStanding, type PhaseStanding } from './turns.ts';
export { waitForTurn, type WaitOptions } from './wait-for-turn.ts';
export { bufferAsOf, liveCodes, type ParentRow, readStates, type StateRow } from './states.ts';
export { type GroupRow, readGroups, storeGroups, storePrompt } from './groups.ts';
export { forgetRequest, lastRequest, storeRequest } from './requests.ts';
export { type CompletionRow, readCompletions, storeCompletions } from './completions.ts';
export {
  claimExecution,
  endExecution,
  type ExecutionClaim,
  ExecutionOutcome,
  isOwned,
  lostExecutions,
  type OpenExecution,
  openExecutions,
  takeOverExecution,
} from './executions.ts';
export { executionHosts } from './owned.ts';
export { readResult, type ResultRow, storeResult } from './results.ts';
export { type GradeRow, openAttempts, readGrade, storeGrade, storeLoss } from './grades.ts';
export { type Outcome, readOutcomes } from './outcomes.ts';
export { type BatchRow, isEvolved, readBatch, storeEvolution } from './evolution.ts';
export { claimEpoch, currentEpoch } from './epochs.ts';
export {
  latestVersion,
  namedCheckpoints,
  type Publication,
  publishVersion,
  readVersion,
  type UpdateStep,
  type VersionRow,
} from './versions.ts';
export { digestRun, type IterationDigest, type RunDigest } from './digest.ts';
export { firstDifference, formatDigest } from './digest-text.ts';
export {
  evaluationCounts,
  type EvaluationSample,
  type IterationCounts,
  trainingCounts,
  type ValidCount,
} from './report.ts';
export { type IterationSummary, iterationSummary } from './iteration-summary.ts';
export { type AttemptCount, type Progress, progress } from './progress.ts';
export { type BestProgram, bestPrograms } from './best-programs.ts';
export { type GroupProgress, groupProgress } from './group-progress.ts';
export { firstValueDifference, type ValueDifference } from './value-difference.ts';
