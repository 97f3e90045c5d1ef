import type { RunConfig } from '@ace/config';

/**
 * The learning rate of every optimiser step of `iteration` (from 1): as configured, or falling in a line from
 * that at the first iteration to its n-th part at the last of n. A rate that falls keeps the last versions from
 * being thrown about by small batches.
 */
export function learningRateOf(
  { iterations, update }: Pick<RunConfig, 'iterations' | 'update'>,
  iteration: number,
): number {
  if (update.schedule === 'constant') return update.learningRate;
  return update.learningRate * (1 - (iteration - 1) / iterations);
}
