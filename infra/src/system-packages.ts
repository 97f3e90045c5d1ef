import { join } from 'node:path';
import { SetUpError } from './errors.ts';
import { findOnPath } from './find-on-path.ts';
import type { Home } from './home.ts';
import { runLogged } from './run-logged.ts';
import { withLock } from '../bootstrap/lock.mjs';

/** A system package by the name that each package manager gives it. */
export interface SystemPackage {
  readonly apt: string;
  readonly dnf: string;
  readonly apk: string;
}

interface Manager {
  readonly program: keyof SystemPackage | 'apt-get';
  readonly nameOf: (wanted: SystemPackage) => string;
  readonly steps: (name: string) => string[][];
}

const managers: readonly Manager[] = [
  {
    program: 'apt-get',
    nameOf: (wanted) => wanted.apt,
    steps: (name) => [['update'], ['install', '-y', '--no-install-recommends', name]],
  },
  { program: 'dnf', nameOf: (wanted) => wanted.dnf, steps: (name) => [['install', '-y', name]] },
  { program: 'apk', nameOf: (wanted) => wanted.apk, steps: (name) => [['add', name]] },
];

/** The command that a person would type here to install it. */
export async function installCommand(wanted: SystemPackage): Promise<string> {
  const manager = await presentManager();
  if (!manager) return `install the package ${wanted.apt}`;
  const step = manager.steps(manager.nameOf(wanted)).at(-1) ?? [];
  return [...(isRoot() ? [] : ['sudo']), manager.program, ...step].join(' ');
}

/** Asks nothing, and starts no service that a package brings: the programs alone are wanted. */
const quietly = { DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_OFFLINE: '1' };

/** Installs a system package when this is root; else throws with the command to type. */
export async function installPackage(
  home: Home,
  part: string,
  wanted: SystemPackage,
): Promise<void> {
  const manager = await presentManager();
  const remedy = `Run: ${await installCommand(wanted)}`;
  if (!manager || !isRoot()) throw new SetUpError(part, 'it is not installed.', remedy);
  await withLock('system packages', async () => {
    for (const step of manager.steps(manager.nameOf(wanted))) {
      const options = {
        logFile: join(home.logs, `install-${wanted.apt}.log`),
        timeoutMs: 300_000,
        env: { ...process.env, ...quietly },
      };
      await runLogged(manager.program, step, options);
    }
  }).catch((cause: Error) => {
    throw new SetUpError(part, `it could not be installed: ${cause.message}`, remedy, { cause });
  });
}

const isRoot = (): boolean => process.getuid?.() === 0;

async function presentManager(): Promise<Manager | undefined> {
  for (const manager of managers) if (await findOnPath(manager.program)) return manager;
  return undefined;
}
