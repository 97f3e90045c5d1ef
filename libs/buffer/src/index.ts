/** The record of every run, in Postgres: what a retried call finds, and what a late writer cannot change. */
export { closeDatabase, type Database, openDatabase, openScratch } from './database.ts';
export {
  AttemptClosedError,
  BufferError,
  ConfigMismatchError,
  EpochLostError,
  ForkTooEarlyError,
  LimitsChangedError,
  LimitsRefusedError,
  MissingRowError,
  NotDeterministicError,
  OtherEngineError,
  OutOfTurnError,
  SchemaTooNewError,
  StaleExecutionError,
  UnknownPhaseError,
  UnknownRunError,
} from './errors.ts';
export {
  configAt,
  type FailureRecord,
  listRuns,
  readRun,
  type RunRecord,
  RunStatus,
} from './runs.ts';
export { type Forking, openRun, type RunOpening } from './run-opening.ts';
export { markFinished, setRunStatus, showRunStatus } from './run-status.ts';
export { acceptChange, type AskedChange } from './accept-change.ts';
export { requireSameLimits } from './limit-changes.ts';
export type { Origin } from './origins.ts';
export { type InPhase, inPhase, phaseStanding, type PhaseStanding } from './turns.ts';
export { type Admitted, waitForHalt } from './wait-for-halt.ts';
export { waitForTurn } from './wait-for-turn.ts';
export { type WaitOptions } from './wait-until.ts';
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
  stopExecutions,
  takeOverExecution,
} from './executions.ts';
export { executionHosts, hostsExecuting } from './owned.ts';
export { readResult, type ResultRow, storeResult } from './results.ts';
export { type GradeRow, openAttempts, readGrade, storeGrade, storeLoss } from './grades.ts';
export { type AttemptEnd, attemptEnds } from './attempt-ends.ts';
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
export { compareGroup, compareIteration, type TableComparison } from './compare-iteration.ts';
export { dropScratchRun, oldScratchRuns, openScratchRun, turnToLearning } from './scratch-runs.ts';
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
export { type Setback, SetbackKind, setbacks } from './setbacks.ts';
export { firstValueDifference, type ValueDifference } from './value-difference.ts';
