import type { RunConfig } from '@ace/config';

/** What is compared: a rule of sampling, as fields that replace the config's `sampler`. */
export interface SamplerVariant {
  /** As on the command line, in run names and in results. */
  readonly id: string;
  /** For tables and pictures; at most 17 characters. */
  readonly label: string;
  readonly sampler: Partial<RunConfig['sampler']>;
}

/** Every other variant is compared with this one. */
export const reference = 'uniform';

export const samplerVariants: readonly SamplerVariant[] = [
  { id: 'lp', label: 'LP', sampler: { kind: 'lp' } },
  {
    id: 'lp-without-staleness',
    label: 'LP, no staleness',
    sampler: { kind: 'lp', stalenessBonus: 0 },
  },
  { id: 'p-times-one-minus-p', label: 'p(1−p)', sampler: { kind: 'p-times-one-minus-p' } },
  { id: 'variance', label: 'variance', sampler: { kind: 'variance' } },
  { id: reference, label: 'uniform', sampler: { kind: 'uniform' } },
  { id: 'roots-only', label: 'roots only', sampler: { kind: 'roots-only' } },
];

/** The variant of that id, of which there is one. */
export function variantOf(id: string): SamplerVariant {
  const variant = samplerVariants.find((candidate) => candidate.id === id);
  if (!variant) throw new Error(`there is no sampler variant "${id}"`);
  return variant;
}
