import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What Python provides, each from a lock file of that name in `infra/python`. */
export const lockNames = ['solution', 'data', 'tools'] as const;
/**
 * `solution`: the libraries of solutions and grading, as an environment with an interpreter.
 * `data`: packages that ship data sets. `tools`: packages that ship programs.
 */
export type LockName = (typeof lockNames)[number];

export const lockFile = (name: LockName): string =>
  fileURLToPath(new URL(`../../python/${name}.lock`, import.meta.url));

/** SHA-256 of a lock file: two installs of one hash hold the same packages. */
export async function lockHash(name: LockName): Promise<string> {
  return createHash('sha256')
    .update(await readFile(lockFile(name)))
    .digest('hex');
}
