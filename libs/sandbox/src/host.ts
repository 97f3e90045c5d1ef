import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Limits } from '@ace/config';
import type { LayoutOptions } from './layout.ts';
import {
  accounts,
  coldWay,
  heldWay,
  parentArguments,
  parentCommand,
  sandboxArguments,
  sandboxUser,
} from './layout.ts';
import { describePython, sitePackages } from './python-environment.ts';
import { tools } from './supervisor.ts';

/** How long the preloaded parent waits for the next program before it ends. */
const parentIdleSeconds = 300;

/** What all executions on this host share; made once. */
export interface Host {
  layout: LayoutOptions;
  preload: { folder: string; arguments: string[] } | null;
  controlGroups: boolean;
  /** Processor time per second of a program; null for as much as there is. */
  cpus: number | null;
}

export interface HostOptions {
  root: string;
  python: string;
  bwrap: () => string;
  preload: boolean;
  controlGroups: boolean;
  cpus: number | null;
}

export async function prepareHost(options: HostOptions): Promise<Host> {
  const { root, python, bwrap, preload, controlGroups, cpus } = options;
  const layout = {
    bwrap: bwrap(),
    environment: await describePython(python),
    accounts: await writeAccounts(root),
    tools,
    root: process.getuid?.() === 0,
  };
  return { layout, controlGroups, cpus, preload: preload ? await parentOf(root, layout) : null };
}

async function writeAccounts(root: string): Promise<string> {
  const folder = join(root, 'accounts');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(accounts)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o644);
  }
  return folder;
}

/** A parent is found by what it was made of, so that other code or other packages never meet an old one. */
async function parentOf(
  root: string,
  layout: LayoutOptions,
): Promise<NonNullable<Host['preload']>> {
  const args = [...parentArguments(layout), ...parentCommand(parentIdleSeconds)];
  const packages = sitePackages(layout.environment);
  const made = [args, statSync(packages).mtimeMs, modificationTimes(layout.tools)];
  const folder = join(root, 'preload', shortHash(JSON.stringify(made)));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder, arguments: args };
}

const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 24);

const modificationTimes = (folder: string): (string | number)[][] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => [name, statSync(join(folder, name)).mtimeMs]);

/** What the supervisor is told, see `python/containment/launch.py`. `folder`: the execution's, on the host. */
export function supervisorSpec(
  host: Host,
  folder: string,
  { publicData, limits }: { publicData: string; limits: Limits },
) {
  const { layout, preload, controlGroups, cpus } = host;
  const mounts = {
    ...{ solution: join(folder, 'solution.py'), publicData },
    diskBytes: limits.diskBytes,
  };
  return {
    ...{ limits, cpus },
    user: layout.root ? sandboxUser : null,
    group: controlGroups ? `ace-sandbox-${shortHash(folder)}` : null,
    sandbox: sandboxArguments(layout, mounts),
    cold: coldWay(layout.root),
    held: heldWay,
    preload,
  };
}
