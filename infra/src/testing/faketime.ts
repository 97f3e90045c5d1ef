import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import type { Home } from '../home.ts';
import { installPackage } from '../system-packages.ts';
import type { SystemPackage } from '../system-packages.ts';

const part = 'libfaketime';
const faketime: SystemPackage = { apt: 'libfaketime', dnf: 'libfaketime', apk: 'libfaketime' };

/** Path of the library that shows a process another wall clock; installed by the package manager when this is root. */
export async function ensureFaketime(home: Home): Promise<string> {
  const found = await findFaketime();
  if (found) return found;
  await installPackage(home, part, faketime);
  const installed = await findFaketime();
  if (installed) return installed;
  throw new SetUpError(part, 'it was installed, but is not below /usr/lib.', 'Look where it is.');
}

/** The one for programs of several threads. */
async function findFaketime(): Promise<string | null> {
  const folders = (await readdir('/usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  const places = ['/usr/lib', '/usr/lib64', ...folders.map((name) => join('/usr/lib', name))];
  const paths = places.map((place) => join(place, 'faketime', 'libfaketimeMT.so.1'));
  return paths.find(existsSync) ?? null;
}
