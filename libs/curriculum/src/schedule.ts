import type { RunConfig } from '@ace/config';

/**
 * The learning rate of every optimiser step of `iteration` (from 1): as configured, and over the last
 * `decayShare` of the run's n iterations falling in a line, never to 0. A rate that falls keeps the last
 * versions from being thrown about by small batches; one that falls from the start learns less.
 */
export function learningRateOf(
  { iterations, update }: Pick<RunConfig, 'iterations' | 'update'>,
  iteration: number,
): number {
  const left = (iterations - iteration + 1) / iterations;
  return update.learningRate * (left < update.decayShare ? left / update.decayShare : 1);
}
