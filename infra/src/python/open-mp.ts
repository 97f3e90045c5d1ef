import { SetUpError } from '../errors.ts';
import type { Home } from '../home.ts';
import { outputOf } from '../run-output.ts';
import { installCommand, installPackage } from '../system-packages.ts';
import type { SystemPackage } from '../system-packages.ts';

const openMp: SystemPackage = { apt: 'libgomp1', dnf: 'libgomp', apk: 'libgomp' };
const imports = ['-I', '-c', 'import lightgbm; print("yes")'];

/** LightGBM's wheels leave the OpenMP runtime to the system, and small images come without it. */
export async function ensureOpenMp(home: Home, python: string): Promise<void> {
  if (await outputOf(python, imports)) return;
  await installPackage(home, 'OpenMP runtime', openMp);
  if (await outputOf(python, imports)) return;
  const remedy = `Try: ${await installCommand(openMp)}`;
  throw new SetUpError('Python environment', `${python} cannot import lightgbm.`, remedy);
}
