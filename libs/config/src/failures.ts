/** The closed list of `type`s that a non-retryable failure may carry. Anything else is retried. */
export const FailureType = {
  /** An input that no retry can mend; the message names the field. */
  InvalidInput: 'InvalidInput',
  /** The id belongs to a run with another config. */
  ConfigMismatch: 'ConfigMismatch',
  /** The attempt's sandbox is on another host; `details[0]` is that host's name. */
  RunsElsewhere: 'RunsElsewhere',
  /** A second result of the same step has another hash: the engine is not deterministic. */
  EngineNotDeterministic: 'EngineNotDeterministic',
  /** Infrastructure failed a step for longer than the run's `giveUpAfterSeconds`; the message has the last reason. */
  InfrastructureFailed: 'InfrastructureFailed',
  /** Too few attempts or groups survived (`minGroupSize`, `minGroups`). */
  TooManyLost: 'TooManyLost',
} as const;
export type FailureType = (typeof FailureType)[keyof typeof FailureType];
