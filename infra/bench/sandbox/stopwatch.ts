/** Milliseconds of the steps of one execution, in the order in which they were done. */
export type Steps = Record<string, number>;

export interface Stopwatch {
  readonly steps: Steps;
  /** Ends a step: the time since the one before. */
  readonly lap: (step: string) => void;
}

export function startStopwatch(now: () => number = () => performance.now()): Stopwatch {
  const steps: Steps = {};
  let last = now();
  const lap = (step: string): void => {
    const at = now();
    steps[step] = at - last;
    last = at;
  };
  return { steps, lap };
}

export const sumOf = (steps: Steps): number =>
  Object.values(steps).reduce((sum, ms) => sum + ms, 0);
