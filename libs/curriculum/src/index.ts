/** What is learned from, how it is rewarded, and what the buffer makes of it: pure functions on plain data. */
export { advantagesOf, fillBatch, GroupOutcome, judgeGroup } from './advantage.ts';
export { codeKey } from './births.ts';
export { type ChooseInput, chooseStates, NoStatesError } from './choose.ts';
export type { Choice, Prior, Priorities, StateView } from './contract.ts';
export {
  areaUnderCurve,
  type CurvePoint,
  stepCap,
  stepsToFirstValid,
  type StepsToFirstValid,
} from './evaluation.ts';
export {
  type AttemptMade,
  type Decision,
  DecisionKind,
  DecisionReason,
  type Evolution,
  type GroupMade,
  type StateStatistics,
} from './evolution-contract.ts';
export { evolve, type EvolveConfig, type EvolveInput, TooFewGroupsError } from './evolve.ts';
export { IncompleteOutcomesError, UnknownDirectionError } from './group-results.ts';
export { importanceWeights, LogprobsMismatchError } from './importance.ts';
export {
  type BootstrapInput,
  type Estimate,
  meanInterval,
  pairedBootstrap,
  wilsonInterval,
} from './intervals.ts';
export { type TrainedAttempt, updateMetrics, type UpdateMetrics } from './metrics.ts';
export { type Moments, momentsOf } from './moments.ts';
export { startingPrior } from './priors.ts';
export { learnability, prioritiesOf, shrunk } from './priority.ts';
export {
  addressedIndex,
  addressedSeed,
  addressedUniform,
  type RandomAddress,
  RandomAddressError,
} from './random.ts';
export {
  type AttemptGrade,
  type AttemptParent,
  type Direction,
  IncompleteGradeError,
  type RewardInput,
  rewardOf,
  RewardReason,
} from './reward.ts';
export { learningRateOf } from './schedule.ts';
export { type Visit, visited } from './statistics.ts';
