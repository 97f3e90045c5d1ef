import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '@ace/config';
import Docker from 'dockerode';
import type { SandboxName, SandboxSpec } from '../port.ts';
import { type Outcome, ordinaryLimits, readOutcome, solutionPython } from '../testbed.ts';
import { createDockerSandbox, type DockerSandbox } from './docker.ts';
import type { DockerOptions } from './host.ts';
import { containerName, label } from './labels.ts';
import { installationOf } from './installation.ts';

/** Of the engine that the set-up of the tests provides. */
export const testSocket = (process.env['ACE_TEST_DOCKER_HOST'] ?? '').replace('unix://', '');
export const testImage = process.env['ACE_TEST_DOCKER_IMAGE'] ?? '';

export const dockerOn = (socketPath: string): Docker => new Docker({ socketPath });

/** A real sandbox on a real engine, in a folder of its own, and what tests do with it. */
export interface DockerTestbed {
  root: string;
  docker: Docker;
  sandbox: DockerSandbox;
  name(): SandboxName;
  spec(code: string, limits?: Partial<Limits>): SandboxSpec;
  start(code: string, limits?: Partial<Limits>): Promise<SandboxName>;
  /** Start to removed. */
  run(code: string, limits?: Partial<Limits>): Promise<Outcome>;
  /** The same sandbox as another worker opens it. */
  another(options?: Partial<DockerOptions>): DockerSandbox;
  container(name: SandboxName): Promise<Docker.Container>;
  /** What is left of this testbed, in words; nothing when all is well. */
  leftovers(): Promise<string[]>;
  /** Ends and removes everything; throws when anything is left. */
  close(): Promise<void>;
}

export function openDockerTestbed(options: Partial<DockerOptions> = {}): DockerTestbed {
  const root = mkdtempSync(join(tmpdir(), 'ace-docker-sandbox-'));
  const publicData = join(root, 'public');
  mkdirSync(publicData);
  writeFileSync(join(publicData, 'train.csv'), 'id,x\n1,2\n');
  const docker = dockerOn(testSocket);
  const usual = { docker, root, image: testImage, python: solutionPython, ...options };
  const sandbox = createDockerSandbox(usual);
  const name = (): SandboxName => ({ run: 'run', attempt: randomUUID(), execution: 1 });
  const spec = (code: string, limits: Partial<Limits> = {}): SandboxSpec => ({
    ...{ code, publicData, limits: { ...ordinaryLimits, ...limits } },
  });
  const start = async (code: string, limits?: Partial<Limits>): Promise<SandboxName> => {
    const fresh = name();
    await sandbox.start(fresh, spec(code, limits));
    return fresh;
  };
  const run = async (code: string, limits?: Partial<Limits>): Promise<Outcome> => {
    const running = await start(code, limits);
    await sandbox.wait(running);
    const outcome = readOutcome(await sandbox.collect(running));
    await sandbox.remove(running);
    return outcome;
  };
  const leftovers = async (): Promise<string[]> => {
    const filters = { label: [`${label.root}=${await installationOf(root)}`] };
    const containers = await docker.listContainers({ all: true, filters });
    const folders = ['executions', 'staging'].flatMap((part) => listing(join(root, part)));
    return [...containers.map(({ Names }) => `container ${Names.join()}`), ...folders];
  };
  const close = async (): Promise<void> => {
    await sandbox.sweep(() => Promise.resolve(false));
    const left = await leftovers();
    rmSync(root, { recursive: true });
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
  };
  return {
    ...{ root, docker, sandbox, name, spec, start, run, leftovers, close },
    another: (changed = {}) => createDockerSandbox({ ...usual, ...changed }),
    container: async (one) => docker.getContainer(containerName(await installationOf(root), one)),
  };
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
