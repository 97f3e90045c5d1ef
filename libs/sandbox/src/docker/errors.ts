import { SandboxInfrastructureError } from '../port.ts';

/** The engine did not answer, or not in time; what it was asked may have happened. */
export class SandboxEngineLostError extends SandboxInfrastructureError {
  constructor(
    readonly operation: string,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the Docker engine did not ${operation}: ${why}`, { cause });
  }
}

/** The engine does not have the image that sandboxes are made of. */
export class SandboxImageMissingError extends SandboxInfrastructureError {
  constructor(readonly image: string) {
    super(`the Docker engine has no image ${image}: build it, or get it with docker pull ${image}`);
  }
}

/** A disk is full: the engine's, or the one that results are stored on. */
export class SandboxNoSpaceError extends SandboxInfrastructureError {
  constructor(
    readonly operation: string,
    cause: unknown,
  ) {
    super(`no space left: could not ${operation}`, { cause });
  }
}
