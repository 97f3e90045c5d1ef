import type { EngineEndpoint, Example } from '../contract.ts';

/** How an engine turns the losses of the tokens of one `forward_backward` into what it differentiates. */
export const LossReduction = {
  /** Σ over tokens / number of tokens. */
  TokenMean: 'token mean',
  /** Mean over each sequence, then over the sequences. */
  SequenceMean: 'sequence mean',
  /** Σ over tokens. */
  Sum: 'sum',
} as const;
export type LossReduction = (typeof LossReduction)[keyof typeof LossReduction];

/** What the engines that speak the contract do differently. */
export interface Dialect {
  reduction: LossReduction;
  /** Whether `ppo` takes `weights`; advantages of 0 mask the prompt either way. */
  takesWeights: boolean;
  /** Whether the same number with the same body is answered with the first request. */
  removesDuplicates: boolean;
  /** Whether `weights_info` tells a checkpoint's SHA-256 and knows sampler checkpoints. */
  describesCheckpoints: boolean;
  /** Whether unused checkpoints are deleted by the sweep extension. */
  sweepsCheckpoints: boolean;
}

/** Engines by name: the embedded one, SkyRL's JAX backend from 0.4.0, and Thinking Machines' service. */
export const dialects = {
  embedded: {
    reduction: LossReduction.TokenMean,
    takesWeights: true,
    removesDuplicates: true,
    describesCheckpoints: true,
    sweepsCheckpoints: true,
  },
  skyrl: {
    reduction: LossReduction.SequenceMean,
    takesWeights: true,
    removesDuplicates: true,
    describesCheckpoints: false,
    sweepsCheckpoints: false,
  },
  hosted: {
    reduction: LossReduction.Sum,
    takesWeights: false,
    removesDuplicates: false,
    describesCheckpoints: false,
    sweepsCheckpoints: false,
  },
} as const satisfies Record<string, Dialect>;
export type DialectName = keyof typeof dialects;

/** The dialect of an endpoint: by its kind, and for Tinker endpoints by whose host it is. */
export function dialectOf({ kind, url }: EngineEndpoint): Dialect {
  if (kind === 'embedded') return dialects.embedded;
  const { hostname } = new URL(url);
  return /(^|\.)thinkingmachines\.(dev|ai)$/.test(hostname) ? dialects.hosted : dialects.skyrl;
}

/**
 * Factors, one an example, that make the engine's reduction the token mean over all examples of one call.
 * They are folded into the advantages, which scales the clipped surrogate exactly.
 */
export function tokenMeanFactors(
  reduction: LossReduction,
  examples: readonly Pick<Example, 'completion'>[],
): number[] {
  const tokens = examples.reduce((sum, { completion }) => sum + completion.length, 0);
  switch (reduction) {
    case LossReduction.TokenMean:
      return examples.map(() => 1);
    case LossReduction.SequenceMean:
      return examples.map(({ completion }) => (completion.length * examples.length) / tokens);
    case LossReduction.Sum:
      return examples.map(() => 1 / tokens);
  }
}
