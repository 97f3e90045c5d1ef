/** Ctrl-C, or its like. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/**
 * Does `body` with a signal that aborts when this process is asked to end, so that it ends with nothing left; asked
 * twice, it ends at once.
 */
export async function interruptible<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const asked = new AbortController();
  const abort = (): void => asked.abort(new InterruptedError('interrupted'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, abort);
  try {
    return await body(asked.signal);
  } finally {
    for (const signal of signals) process.off(signal, abort);
  }
}
