/** A part that set-up could not provide. The message says why, `remedy` what the reader can do. */
export class SetUpError extends Error {
  override readonly name: string = 'SetUpError';
  constructor(
    readonly part: string,
    reason: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${part}: ${reason}\n  ${remedy}`, options);
  }
}

/** A program that set-up ran failed; the message carries the end of its output and where the rest is. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    readonly command: string,
    /** Exit status, or null when a signal or the deadline ended it. */
    readonly status: number | null,
    readonly logFile: string,
    tail: string,
  ) {
    const ending =
      status === null ? 'was ended before it finished' : `failed with status ${status}`;
    super(`${command} ${ending}\n${tail}\n  whole log: ${logFile}`);
  }
}
