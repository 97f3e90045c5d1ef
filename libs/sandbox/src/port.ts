import type { Limits } from '@ace/config';

/** How a contained program ended. Nothing else is a verdict; everything else is an infrastructure error. */
export const Verdict = {
  Ok: 'ok',
  Crashed: 'crashed',
  TimeLimit: 'time limit',
  MemoryLimit: 'memory limit',
  OutputLimit: 'output limit',
  DiskLimit: 'disk limit',
  /** Killed three times in a row by something that no limit of ours explains. */
  Killed: 'killed',
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Name of one execution: unique on a host, and the sandbox's only identity. */
export interface SandboxName {
  run: string;
  /** `attemptName(address)`. */
  attempt: string;
  /** n, from 1. */
  execution: number;
}

/** What to run. Paths are on the host; all must be absolute. */
export interface SandboxSpec {
  /** Text of the Python program; becomes `/attempt/solution.py`. */
  code: string;
  /** Public data, mounted read-only at `/data`. */
  publicData: string;
  limits: Limits;
  /** GPUs that the program gets; none unless given. */
  gpus?: number;
}

/** What a finished sandbox left. Files stay until `remove`. */
export interface SandboxResult {
  /** `lost` when a kill that no limit of ours explains ended it: an infrastructure failure, not a verdict. */
  verdict: Exclude<Verdict, 'killed'> | 'lost';
  exitCode: number | null;
  signal: number | null;
  cpuSeconds: number;
  wallSeconds: number;
  peakMemoryBytes: number;
  /** Standard output and error, each cut to the output limit: paths on the host. */
  stdoutPath: string;
  stderrPath: string;
  /** `submission.csv` as the program left it (a regular file, within the disk limit), or null. */
  submissionPath: string | null;
  /** Content id of the image that was the program's system; null where that was this machine's own. */
  image: string | null;
  /** Why this verdict, in words, for people. */
  detail: string;
}

export type SandboxStatus = 'absent' | 'running' | 'finished' | 'lost';

/**
 * The port behind which programs that a policy wrote are contained: no network, a read-only system, no
 * private answers, every limit enforced by somebody who is not the worker.
 */
export interface Sandbox {
  /** Which implementation, for records and `ace doctor`. */
  readonly kind: string;
  /** Throws {@link SandboxUnavailableError} with what to install when this machine cannot contain programs. */
  check(): Promise<void>;
  /** Where an execution stands on this host. `lost`: it was started and is gone without a result. */
  find(name: SandboxName): Promise<SandboxStatus>;
  /** Starts an execution; if one of that name exists already, does nothing. Survives the caller's death. */
  start(name: SandboxName, spec: SandboxSpec): Promise<void>;
  /** Resolves when the execution is no longer running. Aborting the signal stops waiting, not the sandbox. */
  wait(name: SandboxName, signal?: AbortSignal): Promise<void>;
  /** The result of a finished execution; throws for any other status. */
  collect(name: SandboxName): Promise<SandboxResult>;
  /** Ends a running execution with everything in it; returns when nothing of it lives. */
  stop(name: SandboxName): Promise<void>;
  /** Removes what a finished or lost execution left on disk. */
  remove(name: SandboxName): Promise<void>;
  /** Stops and removes every execution on this host that `isOwned` disowns; returns their names. */
  sweep(isOwned: (name: SandboxName) => Promise<boolean>): Promise<SandboxName[]>;
}

/** The machine cannot contain policy-written code; `message` says what to install. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
}

/** Something of the sandbox's own machinery failed: retried, never a grade. */
export class SandboxInfrastructureError extends Error {
  override readonly name = 'SandboxInfrastructureError';
}
