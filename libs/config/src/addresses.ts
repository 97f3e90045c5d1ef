/**
 * Addresses name things by their place in the run, never by a clock, a serial or a run's name, so that
 * two runs of one config and seed give everything the same address.
 */

/** `train` groups feed the buffer and the update; `evaluation` groups only measure. */
export const Track = { Train: 'train', Evaluation: 'evaluation' } as const;
export type Track = (typeof Track)[keyof typeof Track];

/**
 * One group: all attempts for one state by one policy version.
 * `iteration`: for `train` the iteration, from 1; for `evaluation` the policy version measured, from 0.
 * `slot`: the place of the state among those sampled, from 0.
 */
export interface GroupAddress {
  run: string;
  track: Track;
  iteration: number;
  slot: number;
}

/** One attempt of a group. `sample`: from 0 to group size − 1. */
export interface AttemptAddress extends GroupAddress {
  sample: number;
}

/** What the policy is asked to act on: nothing yet, a working parent, or a failing parent. */
export const StateKind = { Draft: 'draft', Improve: 'improve', Debug: 'debug' } as const;
export type StateKind = (typeof StateKind)[keyof typeof StateKind];

/** A root's address is its competition's; a child's is its parent attempt's `iteration.slot.sample`. */
export const rootAddress = (competition: string): string => `root:${competition}`;

export const childAddress = (
  parent: Pick<AttemptAddress, 'iteration' | 'slot' | 'sample'>,
): string => `${parent.iteration}.${parent.slot}.${parent.sample}`;

/** Total order of attempts: iteration, slot, sample. */
export function compareAttempts(
  a: Pick<AttemptAddress, 'iteration' | 'slot' | 'sample'>,
  b: Pick<AttemptAddress, 'iteration' | 'slot' | 'sample'>,
): number {
  return a.iteration - b.iteration || a.slot - b.slot || a.sample - b.sample;
}

/** Name of an attempt in logs, sandbox names and artifacts: `train.3.0.5`. */
export const attemptName = (a: Omit<AttemptAddress, 'run'>): string =>
  `${a.track}.${a.iteration}.${a.slot}.${a.sample}`;
