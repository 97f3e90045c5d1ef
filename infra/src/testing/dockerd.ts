import { SetUpError } from '../errors.ts';
import { findOnPath } from '../find-on-path.ts';
import type { Home } from '../home.ts';
import { installPackage } from '../system-packages.ts';
import type { SystemPackage } from '../system-packages.ts';

/** What an engine of the tests' own needs: program by program, since a machine may have one and lack the other. */
const needed: readonly { program: string; package: SystemPackage }[] = [
  { program: 'dockerd', package: { apt: 'docker.io', dnf: 'moby-engine', apk: 'docker' } },
  { program: 'iptables', package: { apt: 'iptables', dnf: 'iptables', apk: 'iptables' } },
];

/** The dockerd program: from the PATH, else by the package manager when this is root. */
export async function ensureDockerd(home: Home): Promise<string> {
  const part = 'Docker engine';
  if (process.getuid?.() !== 0) {
    const reason = 'tests start one of their own as root only.';
    throw new SetUpError(part, reason, 'Set DOCKER_HOST, e.g. unix:///var/run/docker.sock');
  }
  for (const { program, package: wanted } of needed) {
    if (!(await findOnPath(program))) await installPackage(home, part, wanted);
  }
  const found = await findOnPath('dockerd');
  if (found) return found;
  throw new SetUpError(part, 'it was installed, but dockerd is not on the PATH.', 'Extend PATH.');
}
