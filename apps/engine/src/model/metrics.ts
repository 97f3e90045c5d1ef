import { isClipped } from './losses.ts';
import type { PassRequest, PassResult } from './trainer.ts';

/**
 * Weighted means over the tokens of one pass: `loss:mean`; `entropy` (nats); and for losses with a ratio to
 * the old policy `ratio:mean`, `ratio:max`, `kl` (the estimate ratio − 1 − log ratio of the divergence of
 * the old policy from the present one) and, where ratios are clipped, `clip_fraction`.
 */
export function passMetrics(
  { loss, clip, sequences }: PassRequest,
  result: PassResult,
): Record<string, number> {
  const mean = weightedMean(sequences.map(({ weights }) => weights));
  const shared = { 'loss:mean': mean(result.losses), entropy: mean(result.entropy) };
  if (loss === 'cross_entropy') return shared;
  const logRatios = result.logprobs.map((row, index) =>
    row.map((logprob, token) => logprob - (sequences[index]?.old[token] ?? 0)),
  );
  const ratios = each(logRatios, Math.exp);
  const outside = each(ratios, (ratio) => (ratio < clip.low || ratio > clip.high ? 1 : 0));
  return {
    ...shared,
    'ratio:mean': mean(ratios),
    'ratio:max': ratios.flat().reduce((top, ratio) => Math.max(top, ratio), 0),
    kl: mean(each(logRatios, (logRatio) => Math.exp(logRatio) - 1 - logRatio)),
    ...(isClipped(loss) ? { clip_fraction: mean(outside) } : {}),
  };
}

const each = (rows: number[][], change: (value: number) => number): number[][] =>
  rows.map((row) => row.map(change));

function weightedMean(weights: readonly (readonly number[])[]) {
  const total = weights.flat().reduce((sum, weight) => sum + weight, 0);
  return (rows: readonly (readonly number[])[]): number => {
    let sum = 0;
    for (const [index, row] of rows.entries()) {
      for (const [token, value] of row.entries()) sum += value * (weights[index]?.[token] ?? 0);
    }
    return total === 0 ? 0 : sum / total;
  };
}
