import type { Checks, RunCurve } from './results-contract.ts';

/** What must hold of paired runs, read from their curves. */
export function checkRuns(
  runs: readonly RunCurve[],
): Pick<Checks, 'executionsPerRun' | 'sameStart'> {
  const starts = new Map<number, Set<string>>();
  for (const { seed, curve } of runs) {
    const known = starts.get(seed) ?? new Set();
    starts.set(seed, known.add(JSON.stringify(curve[0]?.competitions)));
  }
  return {
    executionsPerRun: runs[0]?.executions.training ?? 0,
    sameStart: [...starts.values()].every(({ size }) => size === 1),
  };
}
