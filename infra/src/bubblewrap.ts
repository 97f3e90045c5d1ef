import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findOnPath } from './find-on-path.ts';
import type { Home } from './home.ts';
import { outputOf } from './run-output.ts';
import { installCommand, installPackage } from './system-packages.ts';
import type { SystemPackage } from './system-packages.ts';

const bubblewrap: SystemPackage = { apt: 'bubblewrap', dnf: 'bubblewrap', apk: 'bubblewrap' };

/** The program that contains what a policy wrote. */
export interface Bubblewrap {
  readonly file: string;
  readonly version: string;
  readonly source: 'PATH' | 'package manager';
}

export async function findBubblewrap(): Promise<Bubblewrap | null> {
  const file = await findOnPath('bwrap');
  const version = file && (await outputOf(file, ['--version']));
  return file && version ? { file, version: version.replace(/^\D+/, ''), source: 'PATH' } : null;
}

/** From the PATH, else by the package manager when this is root, else an error with the command to type. */
export async function ensureBubblewrap(home: Home): Promise<Bubblewrap> {
  const found = await findBubblewrap();
  if (found) return found;
  await installPackage(home, 'bubblewrap', bubblewrap);
  const installed = await findBubblewrap();
  if (!installed) throw new Error('bubblewrap was installed, but bwrap is not on the PATH.');
  return { ...installed, source: 'package manager' };
}

export const bubblewrapRemedy = (): Promise<string> => installCommand(bubblewrap);

/** Why this machine cannot contain a program in namespaces, or null when it can. */
export async function containsPrograms(bwrap: string): Promise<string | null> {
  const namespaces = ['--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'];
  const trial = promisify(execFile)(bwrap, [...namespaces, 'true'], { timeout: 10_000 });
  return trial.then(
    () => null,
    ({ stderr, message }: Error & { stderr?: string }) =>
      (stderr?.trim() || message).split('\n').at(-1) ?? message,
  );
}
