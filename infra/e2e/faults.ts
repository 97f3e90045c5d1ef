import { type FaultAction, type FaultPoint, faultText } from '@ace/faults';
import { existsSync, readFileSync } from 'node:fs';
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
  /** The point at which it happened last. */
  reached(): FaultPoint;
  /** Takes the order back, and lets go who is held. */
  disarm(): Promise<void>;
}

export function openFaults(folder: string): Faults {
  const file = join(folder, 'fault');
  const hit = `${file}.hit`;
  let number = 0;
  return {
    file,
    async arm(at, arrival, action = 'die') {
      await rm(hit, { force: true });
      number += 1;
      const order = { points: [at].flat(), arrival, action, number };
      await writeFile(`${file}.new`, faultText(order));
      await rename(`${file}.new`, file);
    },
    wasHit: () => existsSync(hit),
    reached: () => readFileSync(`${file}.reached`, 'utf8') as FaultPoint,
    async disarm() {
      // In the order in which a process takes it, so that none is held by an order that is taken back.
      for (const path of [file, `${file}.taken`, hit]) await rm(path, { force: true });
    },
  };
}
