import { existsSync, readFileSync, renameSync } from 'node:fs';

/** Lines between which a test may let this process die. */
export const FaultPoint = {
  CompletionStored: 'completion stored, not answered',
  InEvolveTransaction: 'in the transaction of evolve',
  CheckpointNotPublished: 'checkpoint written, not published',
} as const;
export type FaultPoint = (typeof FaultPoint)[keyof typeof FaultPoint];

/**
 * Dies here by SIGKILL at this process's n-th arrival when the file that `ACE_FAULT_FILE` names holds this
 * point's name and n, a line each; the file is renamed to `*.hit` first, so that a point is hit once and a
 * test can see that it was. Without the variable, as in every ordinary process, it does nothing.
 */
export function faultPoint(point: FaultPoint): void {
  const file = process.env.ACE_FAULT_FILE;
  if (!file || !existsSync(file)) return;
  const [wanted, arrival] = readFileSync(file, 'utf8').split('\n');
  if (wanted !== point) return;
  arrivals += 1;
  if (arrivals < Number(arrival)) return;
  renameSync(file, `${file}.hit`);
  process.kill(process.pid, 'SIGKILL');
}

let arrivals = 0;
