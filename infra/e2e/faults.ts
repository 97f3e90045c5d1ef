import { type FaultAction, type FaultPoint, faultText } from '@ace/faults';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lets the system's worker or engine die, or stand still, at a chosen line; see `faultPoint`. */
export interface Faults {
  /** What `ACE_FAULT_FILE` names for them. */
  file: string;
  /** It will happen at the n-th arrival of a process at `point`. */
  arm(point: FaultPoint, arrival: number, action?: FaultAction): Promise<void>;
  /** Whether it happened. */
  wasHit(): boolean;
  /** Takes the order back, and lets go who is held. */
  disarm(): Promise<void>;
}

export function openFaults(folder: string): Faults {
  const file = join(folder, 'fault');
  const hit = `${file}.hit`;
  let number = 0;
  return {
    file,
    async arm(point, arrival, action = 'die') {
      await rm(hit, { force: true });
      number += 1;
      await writeFile(`${file}.new`, faultText({ point, arrival, action, number }));
      await rename(`${file}.new`, file);
    },
    wasHit: () => existsSync(hit),
    async disarm() {
      await Promise.all([file, hit].map((path) => rm(path, { force: true })));
    },
  };
}
