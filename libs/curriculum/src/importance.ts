/** Two lists of log-probabilities of one completion differ in length. */
export class LogprobsMismatchError extends Error {
  override readonly name = 'LogprobsMismatchError';
  constructor(
    readonly trainer: number,
    readonly sampler: number,
  ) {
    super(`${trainer} log-probabilities of the trainer, ${sampler} of the sampler`);
  }
}

/** Per token ln(π_trainer / π_sampler). Throws {@link LogprobsMismatchError}. */
export function logRatios(trainer: readonly number[], sampler: readonly number[]): number[] {
  if (trainer.length !== sampler.length) {
    throw new LogprobsMismatchError(trainer.length, sampler.length);
  }
  return trainer.map((logprob, token) => logprob - sampler[token]!);
}

/**
 * Importance weights, one a token, of a completion that an older policy sampled:
 * min(maximum, π_trainer / π_sampler) (truncated importance sampling; Ionides 2008,
 * https://doi.org/10.1198/106186008X320456). All 1 without lag. `trainer`: log-probabilities under the weights
 * before the update. Throws {@link LogprobsMismatchError}.
 */
export const importanceWeights = (
  trainer: readonly number[],
  sampler: readonly number[],
  maximum: number,
): number[] => logRatios(trainer, sampler).map((log) => Math.min(maximum, Math.exp(log)));
