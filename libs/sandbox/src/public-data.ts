import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { SandboxInfrastructureError } from './port.ts';

const readableByOthers = 0o004;
const enterableByOthers = 0o005;

/**
 * Throws SandboxInfrastructureError unless everything in `folder` can be read by the user that programs run
 * as: else a program would fail for what is our doing.
 */
export async function checkPublicData(folder: string): Promise<void> {
  if (!isAbsolute(folder)) throw new SandboxInfrastructureError(`not an absolute path: ${folder}`);
  try {
    await checkTree(folder);
  } catch (error) {
    if (error instanceof SandboxInfrastructureError) throw error;
    throw new SandboxInfrastructureError(`no public data at ${folder}`, { cause: error });
  }
}

async function checkTree(path: string): Promise<void> {
  const found = await stat(path);
  const needed = found.isDirectory() ? enterableByOthers : readableByOthers;
  if (process.getuid?.() === 0 && (found.mode & needed) !== needed) {
    throw new SandboxInfrastructureError(`programs cannot read ${path}: chmod -R o+rX it`);
  }
  if (!found.isDirectory()) return;
  for (const entry of await readdir(path)) await checkTree(join(path, entry));
}
