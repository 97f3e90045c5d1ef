import { type FaultAction, type FaultPoint, faultText, hitFile } from '@ace/faults';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lets the system's worker or engine die, or stand still, at a chosen line; see `faultPoint`. */
export interface Faults {
  /** What `ACE_FAULT_FILE` names for them. */
  file: string;
  /** It will happen at the n-th arrival of a process at `at`, or at one of these. */
  arm(at: FaultPoint | readonly FaultPoint[], arrival: number, action?: FaultAction): Promise<void>;
  /** Whether it happened. */
  wasHit(): boolean;
  /** The point at which it happened; null when it did not. */
  reached(): FaultPoint | null;
  /** Takes the order back, and lets go who is held. */
  disarm(): Promise<void>;
}

export function openFaults(folder: string): Faults {
  const file = join(folder, 'fault');
  let armed: readonly FaultPoint[] = [];
  let number = 0;
  const hits = (): string[] => armed.map((_, place) => hitFile(file, place));
  const reached = (): FaultPoint | null =>
    armed.find((_, place) => existsSync(hitFile(file, place))) ?? null;
  return {
    file,
    async arm(at, arrival, action = 'die') {
      for (const hit of hits()) await rm(hit, { force: true });
      armed = [at].flat();
      number += 1;
      const order = { points: armed, arrival, action, number };
      await writeFile(`${file}.new`, faultText(order));
      await rename(`${file}.new`, file);
    },
    wasHit: () => reached() !== null,
    reached,
    async disarm() {
      // The order first, so that nobody takes it once it is not hit.
      for (const path of [file, ...hits()]) await rm(path, { force: true });
    },
  };
}
