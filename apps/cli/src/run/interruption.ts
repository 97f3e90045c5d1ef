import { ExitCode } from '../errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C and its like, from now on: the first aborts the signal, the second ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(ExitCode.Interrupted);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return controller.signal;
}

/** Runs a command that Ctrl-C may interrupt; its exit code, or that of an interruption, becomes the program's. */
export async function interruptible(
  command: (signal: AbortSignal) => Promise<ExitCode>,
): Promise<void> {
  const signal = interruption();
  try {
    process.exitCode = await command(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = ExitCode.Interrupted;
  }
}

/** Resolves when the signal is aborted; keeps the process alive until then. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const alive = setInterval(() => undefined, 60_000);
  return new Promise((resume) => {
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resume();
    });
  });
}
