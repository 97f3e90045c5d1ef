import { type AttemptAddress, attemptName, type Phase } from '@ace/config/pure';

/** Root of everything that this room refuses by name. What Postgres itself throws is passed on. */
export abstract class BufferError extends Error {}

/** The database was migrated by a newer release than this one. */
export class SchemaTooNewError extends BufferError {
  override readonly name = 'SchemaTooNewError';
  constructor(
    readonly found: number,
    readonly known: number,
  ) {
    super(`the database's schema is at version ${found}, this release knows ${known}: update it`);
  }
}

/** No row of this run. */
export class UnknownRunError extends BufferError {
  override readonly name = 'UnknownRunError';
  constructor(readonly run: string) {
    super(`run "${run}" is not in the database`);
  }
}

/** The run exists with another config or other data. */
export class ConfigMismatchError extends BufferError {
  override readonly name = 'ConfigMismatchError';
  constructor(
    readonly run: string,
    /** Path of the first field that differs: `sampler.kind`, `fingerprints.ames`. */
    readonly field: string,
    /** undefined where the field is absent. */
    readonly stored: unknown,
    readonly given: unknown,
  ) {
    super(`run "${run}" was started with ${field} ${show(stored)}; this asks for ${show(given)}`);
  }
}

const show = (value: unknown): string => (value === undefined ? '(absent)' : JSON.stringify(value));

/** A change of a run's limits cannot be; the message has every problem. */
export class LimitsRefusedError extends BufferError {
  override readonly name = 'LimitsRefusedError';
  constructor(
    readonly run: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** The limits of a run were changed since they were read: read them again. */
export class LimitsChangedError extends BufferError {
  override readonly name = 'LimitsChangedError';
  constructor(readonly run: string) {
    super(`the limits of run "${run}" were changed meanwhile`);
  }
}

/** A run has not come as far as a fork of it would begin. */
export class ForkTooEarlyError extends BufferError {
  override readonly name = 'ForkTooEarlyError';
  constructor(
    readonly run: string,
    readonly iteration: number,
  ) {
    super(`forkOf.iteration: run "${run}" has not finished iteration ${iteration} yet`);
  }
}

/** The version that a run would begin with was made on another engine, or of another base model. */
export class OtherEngineError extends BufferError {
  override readonly name = 'OtherEngineError';
  constructor(
    readonly run: string,
    readonly series: string,
    readonly origin: { run: string; version: number },
    readonly made: unknown,
    readonly given: unknown,
  ) {
    super(
      `engine: expected ${show(made)}, on which version ${origin.version} of run "${origin.run}" was made, ` +
        `the newest of the series "${series}", got ${show(given)}`,
    );
  }
}

/** The phase's turn has not come: the run's cursor stands before it. */
export class OutOfTurnError extends BufferError {
  override readonly name = 'OutOfTurnError';
  constructor(
    readonly run: string,
    readonly phase: Phase,
    readonly cursor: Phase | null,
  ) {
    super(`run "${run}" stands at ${title(cursor)}: ${title(phase)} may not write yet`);
  }
}

const title = (phase: Phase | null): string =>
  phase ? `${phase.kind}(${phase.index})` : 'its end';

/** The run's config has no such phase. */
export class UnknownPhaseError extends BufferError {
  override readonly name = 'UnknownPhaseError';
  constructor(
    readonly run: string,
    readonly phase: Phase,
  ) {
    super(`run "${run}" has no phase ${title(phase)}`);
  }
}

/** A row that must be there first is not. */
export class MissingRowError extends BufferError {
  override readonly name = 'MissingRowError';
  constructor(readonly what: string) {
    super(`${what} is not in the database`);
  }
}

/** The execution was given up (ended otherwise, or a newer one exists): its result is not taken. */
export class StaleExecutionError extends BufferError {
  override readonly name = 'StaleExecutionError';
  constructor(
    readonly attempt: AttemptAddress,
    readonly execution: number,
    readonly why: string,
  ) {
    super(`execution ${execution} of ${attemptName(attempt)} is stale: ${why}`);
  }
}

/** The attempt is closed or executed already: read the record instead. */
export class AttemptClosedError extends BufferError {
  override readonly name = 'AttemptClosedError';
  constructor(
    readonly attempt: AttemptAddress,
    readonly by: 'result' | 'loss',
  ) {
    super(`${attemptName(attempt)} is closed: its ${by} is in the record`);
  }
}

/** Another epoch was claimed: this one may neither send nor publish. */
export class EpochLostError extends BufferError {
  override readonly name = 'EpochLostError';
  constructor(
    readonly run: string,
    readonly epoch: number,
    readonly current: number,
  ) {
    super(`run "${run}" is at epoch ${current}: epoch ${epoch} is over`);
  }
}

/** The same step gave other bytes: the engine is not deterministic. */
export class NotDeterministicError extends BufferError {
  override readonly name = 'NotDeterministicError';
  constructor(
    readonly run: string,
    readonly version: number,
    readonly stored: string | null,
    readonly given: string | null,
  ) {
    super(`run "${run}": version ${version} is ${stored}, and a second update made ${given}`);
  }
}
