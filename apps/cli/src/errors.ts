import { ConfigMismatchError, ForkTooEarlyError } from '@ace/buffer';
import { InputError } from '@ace/config';

/** How a command of `ace` ended. */
export const ExitCode = {
  Ok: 0,
  /** Something could not be done: a server that does not answer, a run that failed or is blocked. */
  Failed: 1,
  /** What was asked for is wrong; nothing was started. */
  Input: 2,
  /** Stopped by Ctrl-C or a signal before its end. */
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What was asked for cannot be: an unknown run, a name that is taken. */
export class RunRefusedError extends Error {
  override readonly name = 'RunRefusedError';
  constructor(
    /** null when none was named. */
    readonly run: string | null,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(run === null ? reason : `run "${run}": ${reason}`, options);
  }
}

/** A run that was followed to an end that is not its own: it failed, is blocked, or was stopped by somebody. */
export class RunEndedError extends Error {
  override readonly name = 'RunEndedError';
  constructor(
    readonly run: string,
    trouble: string,
  ) {
    super(`run "${run}": ${trouble}`);
  }
}

/** The line that a person reads, and the exit code; a fault of this program itself has no line of its own. */
export function explain(error: unknown): { line: string; exitCode: ExitCode } {
  const line = error instanceof Error ? error.message || error.name : String(error);
  return { line, exitCode: isInput(error) ? ExitCode.Input : ExitCode.Failed };
}

const isInput = (error: unknown): boolean =>
  error instanceof InputError ||
  error instanceof RunRefusedError ||
  error instanceof ConfigMismatchError ||
  error instanceof ForkTooEarlyError;
