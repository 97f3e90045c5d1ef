import type { Limits } from '@ace/config';
import type { SandboxResult } from '../port.ts';
import type { Outcome } from '../testbed.ts';

/**
 * A program that tries to do harm, and what must come of it in every sandbox.
 *
 * The text runs after a prelude (`prelude.ts`), which gives it `bait`, where the host keeps what it could
 * steal or break; `attempt(what, call)`, which prints `held …` when the call fails and `BREACH …` when it
 * does not; and `breach(what)` for what bombs print who reach their bound. Bounded is every one of them: at
 * most 2,048 processes, 1 GiB of memory, disk and output, so that it endangers no machine where a limit fails.
 */
export interface HostileProgram {
  id: string;
  /** What it tries, for people. */
  tries: string;
  code: string;
  /** On top of `tightLimits`. */
  limits?: Partial<Limits>;
  /** Each of them says the truth about the program; which one it is may hang on time and on the sandbox. */
  verdicts: readonly SandboxResult['verdict'][];
  /** How many attempts it makes, all of which must be held. */
  attempts?: number;
  /** Harm beyond what the host finds after every program, in words. */
  harms?: (outcome: Outcome) => string[];
}

/** What every program gets unless it says otherwise. */
export const tightLimits: Limits = {
  cpuSeconds: 3,
  wallSeconds: 20,
  memoryBytes: 128 << 20,
  processes: 24,
  diskBytes: 16 << 20,
  outputBytes: 64 << 10,
};

/** Python text as it stands, backslashes included. */
export const python = String.raw;

export const noSubmission = ({ submission }: Outcome): string[] =>
  submission === null ? [] : [`a submission was taken: ${submission.slice(0, 80)}`];

export const submissionIs =
  (expected: string) =>
  ({ submission }: Outcome): string[] =>
    submission === expected ? [] : [`the submission is ${String(submission).slice(0, 80)}`];
