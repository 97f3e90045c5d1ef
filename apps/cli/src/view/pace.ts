/** Time left from the pace since the first look, so that a standstill before it does not count. */
export interface Pace {
  /**
   * Tells how many attempts are done; the answer is seconds, null while too little was seen, and when
   * nothing is left.
   */
  secondsLeft(attempts: { done: number; all: number }, nowMs: number): number | null;
}

const leastDone = 8;
const leastMs = 3_000;

export function createPace(): Pace {
  let first: { done: number; atMs: number } | null = null;
  return {
    secondsLeft({ done, all }, nowMs) {
      first ??= { done, atMs: nowMs };
      const gained = done - first.done;
      const spentMs = nowMs - first.atMs;
      if (gained < leastDone || spentMs < leastMs || done >= all) return null;
      return ((all - done) * spentMs) / gained / 1000;
    },
  };
}
