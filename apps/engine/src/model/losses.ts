import { lax, numpy as np } from '@jax-js/jax';

/** Losses that this engine differentiates; each takes one number a decision. */
export const lossNames = ['ppo', 'cispo', 'importance_sampling', 'cross_entropy'] as const;
export type LossName = (typeof lossNames)[number];

/** Losses of the contract that this engine knows and does not have. */
export const absentLosses: readonly string[] = ['gspo', 'dppo', 'ppo_critic'];

/** Ratio bounds, 1 = unchanged. */
export interface ClipBounds {
  low: number;
  high: number;
}

export const isClipped = (name: LossName): boolean => name === 'ppo' || name === 'cispo';

export const isLossName = (name: string): name is LossName =>
  (lossNames as readonly string[]).includes(name);

/** What a loss is made of, each [C, D]; `low` and `high` are scalars. A loss consumes all of it. */
export interface LossInputs {
  logprobs: np.Array;
  old: np.Array;
  advantages: np.Array;
  low: np.Array;
  high: np.Array;
}

/** Elementwise losses, before weights. */
export function elementwiseLoss(name: LossName, inputs: LossInputs): np.Array {
  const { logprobs, old, advantages, low, high } = inputs;
  if (name === 'cross_entropy') {
    for (const unused of [old, advantages, low, high]) unused.dispose();
    return np.negative(logprobs);
  }
  const ratio = np.exp(logprobs.ref.sub(old));
  if (name === 'importance_sampling') {
    for (const unused of [logprobs, low, high]) unused.dispose();
    return np.negative(ratio.mul(advantages));
  }
  const clipped = np.minimum(np.maximum(ratio.ref, low), high);
  if (name === 'cispo') {
    ratio.dispose();
    return np.negative(lax.stopGradient(clipped).mul(logprobs).mul(advantages));
  }
  logprobs.dispose();
  return np.negative(np.minimum(ratio.mul(advantages.ref), clipped.mul(advantages)));
}
