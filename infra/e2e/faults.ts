import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lets the system's worker die at a chosen line; see `faultPoint` of the activities. */
export interface Faults {
  /** What `ACE_FAULT_FILE` names for the worker. */
  file: string;
  /** The worker will die at its n-th arrival at `point`. */
  arm(point: string, arrival: number): Promise<void>;
  /** Whether it died there. */
  wasHit(): boolean;
  disarm(): Promise<void>;
}

export function openFaults(folder: string): Faults {
  const file = join(folder, 'fault');
  const hit = `${file}.hit`;
  return {
    file,
    async arm(point, arrival) {
      await rm(hit, { force: true });
      await writeFile(`${file}.new`, `${point}\n${arrival}\n`);
      await rename(`${file}.new`, file);
    },
    wasHit: () => existsSync(hit),
    async disarm() {
      await Promise.all([file, hit].map((path) => rm(path, { force: true })));
    },
  };
}
