import type { Limits } from '@ace/config';
import type { DockerOptions, Sandbox } from '@ace/sandbox';
import { containerOptions, inside, prepareDockerHost } from '@ace/sandbox/docker';
import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WayId } from './results-contract.ts';
import { startStopwatch, type Steps } from './stopwatch.ts';

export const program = `print('done')\n`;

const limits: Limits = {
  ...{ cpuSeconds: 60, wallSeconds: 120, memoryBytes: 512 << 20, processes: 64 },
  ...{ diskBytes: 64 << 20, outputBytes: 1 << 20 },
};

/** A way to run the program: from nothing to nothing left of it. */
export interface Way {
  id: WayId;
  /** @throws when the program did not end well. */
  execute(): Promise<Steps>;
}

/** `folder`: where what the loops' containers see is put; empty. */
export async function waysOf(
  sandbox: Sandbox,
  options: DockerOptions,
  folder: string,
): Promise<Way[]> {
  const mounts = {
    ...{ publicData: join(folder, 'public'), results: join(folder, 'results') },
    solution: join(folder, 'solution.py'),
  };
  for (const path of [mounts.publicData, mounts.results]) await mkdir(path);
  await writeFile(mounts.solution, program, { mode: 0o644 });
  const host = await prepareDockerHost(options);
  const contained = (): ContainerCreateOptions => ({
    ...containerOptions(host, options, newName(), mounts, { limits }),
    ...{ Entrypoint: [host.interpreter, inside.solution], Cmd: [] },
  });
  return [
    { id: 'ours', execute: () => throughPort(sandbox, mounts.publicData) },
    { id: 'bare', execute: () => loop(options.docker, contained()) },
    { id: 'plain', execute: () => loop(options.docker, uncontained(contained())) },
  ];
}

const newName = () => ({ run: 'bench', attempt: randomUUID(), execution: 1 });

/** Without limits and walls: what is left is what the program needs to run at all, and no network. */
const uncontained = ({ HostConfig, ...rest }: ContainerCreateOptions): ContainerCreateOptions => ({
  ...{ name: rest.name ?? '', Labels: rest.Labels ?? {}, Env: rest.Env ?? [] },
  ...{ Image: rest.Image ?? '', Entrypoint: rest.Entrypoint ?? [] },
  HostConfig: { NetworkMode: 'none', Mounts: HostConfig?.Mounts ?? [] },
});

async function throughPort(sandbox: Sandbox, publicData: string): Promise<Steps> {
  const { steps, lap } = startStopwatch();
  const name = newName();
  await sandbox.start(name, { code: program, publicData, limits });
  lap('start');
  await sandbox.wait(name);
  lap('wait');
  const { verdict, detail, stdoutPath } = await sandbox.collect(name);
  const said = await readFile(stdoutPath, 'utf8');
  lap('collect');
  await sandbox.remove(name);
  lap('remove');
  if (verdict === 'ok' && said === 'done\n') return steps;
  throw new Error(`the program did not end well: ${detail}, ${JSON.stringify(said)}`);
}

async function loop(docker: Docker, options: ContainerCreateOptions): Promise<Steps> {
  const { steps, lap } = startStopwatch();
  const container = await docker.createContainer(options);
  lap('create');
  await container.start();
  lap('start');
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  lap('wait');
  await container.remove({ v: true });
  lap('remove');
  if (StatusCode === 0) return steps;
  throw new Error(`the program did not end well: status ${StatusCode}`);
}
