import type { Database } from '@ace/buffer';
import type { Client } from '@temporalio/client';
import type Docker from 'dockerode';
import { existsSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../src/home.ts';
import { processesOf } from './leftover-processes.ts';
import { rowsOf } from './leftover-rows.ts';

/** Everything that runs of a system leave when nobody removes it, once all of them are over. */
export interface Leftovers {
  containers: string[];
  volumes: string[];
  /** Folders of executions, or of what was to become one. */
  folders: string[];
  /** Processes, and control groups, of executions. */
  processes: string[];
  /** Of the database and of Temporal: what is still under way by the record. */
  rows: string[];
}

export const nothing: Leftovers = {
  ...{ containers: [], volumes: [], folders: [], processes: [], rows: [] },
};

export interface Searched {
  home: Home;
  db: Database;
  client: Client;
  /** Null where no Docker engine was used. */
  docker: Docker | null;
}

/** @param theirs What is somebody else's; names of containers and of volumes. */
export async function leftoversOf(
  { docker, home, db, client }: Searched,
  theirs: readonly string[] = [],
): Promise<Leftovers> {
  const containers = (await docker?.listContainers({ all: true })) ?? [];
  const volumes = (await docker?.listVolumes())?.Volumes ?? [];
  return {
    containers: containers.map(({ Names }) => Names.join().slice(1)).filter(notIn(theirs)),
    volumes: volumes.map(({ Name }) => Name).filter(notIn(theirs)),
    folders: (await Promise.all(scratchOf(home).map(entriesOf))).flat(),
    processes: await processesOf(home, db),
    rows: await rowsOf(db, client),
  };
}

const notIn =
  (list: readonly string[]) =>
  (name: string): boolean =>
    !list.includes(name);

const scratchOf = ({ root }: Home): string[] =>
  ['containers', 'sandboxes'].flatMap((kind) =>
    ['executions', 'staging'].map((part) => join(root, kind, part)),
  );

const entriesOf = async (folder: string): Promise<string[]> =>
  existsSync(folder) ? (await readdir(folder)).map((entry) => join(folder, entry)) : [];

/** As if an hour had passed: what is being staged is left alone for ten minutes, since it may be in the making. */
export async function ageStaging(home: Home): Promise<void> {
  const anHourAgo = new Date(Date.now() - 3_600_000);
  const staging = scratchOf(home).filter((folder) => folder.endsWith('staging'));
  for (const folder of (await Promise.all(staging.map(entriesOf))).flat()) {
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
