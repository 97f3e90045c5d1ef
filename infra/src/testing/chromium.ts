import { SetUpError } from '../errors.ts';
import { findOnPath } from '../find-on-path.ts';
import type { Home } from '../home.ts';
import { outputOf } from '../run-output.ts';
import { installPackage } from '../system-packages.ts';
import type { SystemPackage } from '../system-packages.ts';

const part = 'Chromium';
const chromium: SystemPackage = { apt: 'chromium', dnf: 'chromium', apk: 'chromium' };
const programs = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of a browser on the PATH that runs, or null: some distributions put a program there that only says it is not installed. */
export async function findChromium(): Promise<string | null> {
  for (const name of programs) {
    const file = await findOnPath(name);
    if (file && (await outputOf(file, ['--version']))) return file;
  }
  return null;
}

/** A browser on the PATH, else Chromium by the package manager when this is root, else an error with the command to type. */
export async function ensureChromium(home: Home): Promise<string> {
  const found = await findChromium();
  if (found) return found;
  await installPackage(home, part, chromium);
  const installed = await findChromium();
  if (installed) return installed;
  const reason = `it was installed, but none of ${programs.join(', ')} on the PATH runs.`;
  throw new SetUpError(part, reason, `Put one there for which \`${programs[0]} --version\` works.`);
}
