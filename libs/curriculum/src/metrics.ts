import { logRatios } from './importance.ts';
import { momentsOf, sumOf } from './moments.ts';
import { quantileOf } from './quantile.ts';

/** One completion of the batch with its log-probabilities (natural, one a token) under two policies. */
export interface TrainedAttempt {
  /** Under the policy that sampled it. */
  sampled: readonly number[];
  /** Under the policy in training. */
  trained: readonly number[];
  advantage: number;
}

/** Diagnostics of an update. Ratios are π_trained / π_sampled of single tokens. */
export interface UpdateMetrics {
  ratioMedian: number;
  ratioP01: number;
  ratioP99: number;
  ratioMaximum: number;
  /** Share of the tokens whose gradient the clipped surrogate cuts off. */
  clipFraction: number;
  /** Estimate of KL(sampled ‖ trained) per token, nats: mean of ratio − 1 − ln ratio (k3; Schulman 2020). */
  kl: number;
  /** Effective sample size of the completions' importance weights, as a share of their number: (0, 1]. */
  effectiveSampleSize: number;
  /** Estimate of the sampling policy's entropy per token, nats. */
  entropy: number;
}

/**
 * Metrics of one update over all tokens of the batch, in the order given; null for a batch without tokens.
 * `clipLow` and `clipHigh` bound the ratio, 1 = unchanged. Throws `LogprobsMismatchError`.
 */
export function updateMetrics(
  attempts: readonly TrainedAttempt[],
  { clipLow, clipHigh }: { clipLow: number; clipHigh: number },
): UpdateMetrics | null {
  const logs = attempts.map(({ trained, sampled }) => logRatios(trained, sampled));
  const tokens = logs.flat();
  if (tokens.length === 0) return null;
  const ratios = tokens.map(Math.exp);
  const clipped = logs.flatMap((own, index) =>
    own.map((log) => isClipped(Math.exp(log), attempts[index]!.advantage, clipLow, clipHigh)),
  );
  const ascending = [...ratios].sort((a, b) => a - b);
  return {
    ratioMedian: quantileOf(ascending, 0.5),
    ratioP01: quantileOf(ascending, 0.01),
    ratioP99: quantileOf(ascending, 0.99),
    ratioMaximum: ascending.at(-1)!,
    clipFraction: momentsOf(clipped.map(Number)).mean,
    kl: momentsOf(tokens.map((log) => Math.expm1(log) - log)).mean,
    effectiveSampleSize: effectiveShare(logs.map(sumOf)),
    entropy: -momentsOf(attempts.flatMap(({ sampled }) => sampled)).mean,
  };
}

const isClipped = (ratio: number, advantage: number, low: number, high: number): boolean =>
  (advantage > 0 && ratio > high) || (advantage < 0 && ratio < low);

/** (Σw)² / (n Σw²) of w = e^log, scaled by the largest first (Kish 1965). */
function effectiveShare(logWeights: readonly number[]): number {
  const largest = logWeights.reduce((a, b) => Math.max(a, b));
  const weights = logWeights.map((log) => Math.exp(log - largest));
  const squares = sumOf(weights.map((weight) => weight * weight));
  return sumOf(weights) ** 2 / (weights.length * squares);
}
