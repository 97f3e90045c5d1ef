import type Docker from 'dockerode';
import { existsSync } from 'node:fs';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ContainerSystem } from './containers.ts';

/** Everything on this machine that executions of a system leave when nobody removes it. */
export interface Leftovers {
  containers: string[];
  volumes: string[];
  folders: string[];
  /** Processes that see a folder of an execution: what ran in containers that the engine knows no more. */
  processes: string[];
}

export const nothing: Leftovers = { containers: [], volumes: [], folders: [], processes: [] };

/** @param theirs What is somebody else's; names of containers and of volumes. */
export async function leftoversOf(
  { docker, home }: ContainerSystem,
  theirs: readonly string[],
): Promise<Leftovers> {
  const containers = await docker.listContainers({ all: true });
  const { Volumes: volumes } = await docker.listVolumes();
  return {
    containers: containers.map(({ Names }) => Names.join().slice(1)).filter(notIn(theirs)),
    volumes: volumes.map(({ Name }) => Name).filter(notIn(theirs)),
    folders: (await Promise.all(scratchOf(home).map(entriesOf))).flat(),
    processes: await processesInside(home),
  };
}

const notIn =
  (list: readonly string[]) =>
  (name: string): boolean =>
    !list.includes(name);

const scratchOf = ({ root }: { root: string }): string[] =>
  ['executions', 'staging'].map((part) => join(root, 'containers', part));

const entriesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).map((entry) => join(folder, entry));

async function processesInside({ root }: { root: string }): Promise<string[]> {
  const mark = join(basename(root), 'containers', 'executions');
  const textOf = (pid: string, file: string) =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      if (!(await textOf(pid, 'mountinfo')).includes(mark)) return null;
      return (await textOf(pid, 'cmdline')).replaceAll('\0', ' ');
    }),
  );
  // An engine that dies over a start may leave, and forget, a container in which nothing has begun.
  return found.filter((command) => command !== null).filter((one) => !one.startsWith('runc init'));
}

/** As if an hour had passed: what is being staged is left alone for ten minutes, since it may be in the making. */
export async function ageStaging({ root }: { root: string }): Promise<void> {
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const folder of await entriesOf(join(root, 'containers', 'staging'))) {
    await utimes(folder, anHourAgo, anHourAgo);
  }
}

/** A container that runs and a volume, by somebody else on the same engine; returns their names. */
export async function makeForeign(docker: Docker): Promise<string[]> {
  const [container, volume] = ['theirs-container', 'theirs-volume'];
  await docker.createVolume({ Name: volume });
  const [image] = await docker.listImages();
  // Programs of this machine, since the image need not hold any.
  const Binds = ['/usr', '/lib', '/lib64'].filter(existsSync).map((path) => `${path}:${path}:ro`);
  const made = await docker.createContainer({
    ...{ name: container, Image: image?.Id, Cmd: ['/usr/bin/sleep', '10000'] },
    HostConfig: { Binds: [...Binds, `${volume}:/mnt`], NetworkMode: 'none' },
  });
  await made.start();
  return [container, volume];
}
