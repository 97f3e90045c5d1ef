import type { Limits } from '@ace/config';
import { SandboxUnavailableError } from './port.ts';

/** Limits on wall time lie at least so many times further out than where a busy program meets that on CPU time. */
const distance = 2;

/**
 * Throws SandboxUnavailableError where a program that gets `cpus` seconds of processor time per second could meet
 * its limit on wall time first: its verdict would hang on the share.
 */
export function refuseNarrowShare({ cpuSeconds, wallSeconds }: Limits, cpus: number): void {
  const least = (distance * cpuSeconds) / wallSeconds;
  if (cpus >= least) return;
  throw new SandboxUnavailableError(
    `${cpus} of a processor (ACE_SANDBOX_CPUS) is too little for limits of ${cpuSeconds} s of CPU time and ${wallSeconds} s of wall time: give at least ${least.toFixed(2)}`,
  );
}
