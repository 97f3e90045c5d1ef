import { type Failure, Standing } from '../view/live-view.ts';

/** What the record or Temporal knows of a failure. */
export interface FailureSource {
  run: string;
  standing: Standing;
  /** The record's words; they stay after a run was closed, when they no longer hold. */
  recorded: Omit<Failure, 'command'> | null;
  /** Temporal's words, for a run that failed without leaving any. */
  reason: string | null;
}

/** What failed and what to do, for a run that is blocked or failed; null for any other. */
export function failureOf({ run, standing, recorded, reason }: FailureSource): Failure | null {
  if (standing === Standing.Blocked && recorded) {
    return { ...recorded, command: `npm run ace -- retry ${run} ${recorded.iteration ?? 0}` };
  }
  if (standing !== Standing.Failed) return null;
  const command = `npm run ace -- train --name ${run}`;
  if (recorded) return { ...recorded, command };
  const words = reason ?? 'its workflow failed';
  return { iteration: null, step: 'the run', reason: words, remedy: 'mend the cause', command };
}
