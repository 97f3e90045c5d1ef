import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../src/home.ts';
import { lockFile } from '../../src/python/lock-files.ts';
import { outputOf } from '../../src/run-output.ts';
import type { Services } from '../../src/services/kinds.ts';
import type { Making } from './results-contract.ts';

/** The machine, the versions and the sources that results come from. */
export async function makingOf(
  services: Services,
  sources: string,
  parallel: number,
): Promise<Making> {
  return {
    sources,
    commit: await commitHere(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      system: `${type()} ${release()}`,
    },
    versions: {
      node: process.versions.node,
      temporal: services.temporal.version,
      postgres: services.postgres.version,
      '@jax-js/jax': await dependencyOf('apps/engine', '@jax-js/jax'),
      ...(await pythonPackages()),
    },
    parallel,
  };
}

async function commitHere(): Promise<Making['commit']> {
  const git = (...args: string[]): Promise<string | null> =>
    outputOf('git', ['-C', projectFolder, ...args]);
  const id = await git('rev-parse', 'HEAD');
  if (!id) return null;
  return { id, changed: (await git('status', '--porcelain', '--untracked-files=no')) !== '' };
}

async function dependencyOf(room: string, name: string): Promise<string> {
  const text = await readFile(join(projectFolder, room, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return dependencies[name] ?? 'unknown';
}

/** Those whose versions decide what a program's score is, from the lock file. */
async function pythonPackages(): Promise<Record<string, string>> {
  const lock = await readFile(lockFile('solution'), 'utf8');
  const pins = lock.matchAll(/^(scikit-learn|pandas|numpy|scipy|lightgbm)==(\S+)/gm);
  return Object.fromEntries([...pins].map(([, name, version]) => [name!, version!]));
}
