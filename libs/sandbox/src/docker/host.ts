import type Docker from 'dockerode';
import { join, resolve } from 'node:path';
import { checkPackages } from '../availability.ts';
import { fixedEnvironment, inside } from '../layout.ts';
import { SandboxUnavailableError } from '../port.ts';
import { describePython } from '../python-environment.ts';
import { pythonFiles, type SystemFile, systemLibraries } from '../system-files.ts';
import { ask, statusOf } from './engine.ts';
import { SandboxImageMissingError } from './errors.ts';
import { installationOf } from './installation.ts';
import { publishTools } from './tools.ts';

export interface DockerOptions {
  /** Client of an engine that sees this host's folders under their own paths. */
  docker: Docker;
  /** Host folder for what executions leave, one folder each. */
  root: string;
  /** Reference of the image that containers are made of; the engine must have it. */
  image: string;
  /**
   * Interpreter of the virtual environment that programs get, on this host: it and this host's C libraries are
   * mounted, and the image needs nothing of its own. Without it, the image brings a Python with its packages.
   */
  python?: string;
  /** The image's own interpreter, where it is that which runs: `/usr/bin/python3` unless given. */
  interpreter?: string;
  /** Processor time per second of wall time; 1 unless given. */
  cpus?: number;
  /** Size of `/dev/shm`, which then counts as memory; unless given it is part of the disk limit. */
  sharedMemoryBytes?: number;
}

/** What all containers of a sandbox share; made once. */
export interface DockerHost {
  /** See `installation.ts`. */
  installation: string;
  image: DockerImage;
  interpreter: string;
  environment: Record<string, string>;
  files: SystemFile[];
  /** Folder of the scripts that run inside, on this host. */
  tools: string;
}

export interface DockerImage {
  reference: string;
  /** The engine's id of it, `sha256:...`: its content. */
  id: string;
  /** `name@sha256:...` where it came from a registry. */
  digest: string | null;
}

/** Inside, beside `inside`: see `python/docker/results.py`. */
export const resultsInside = '/run/results';

const inspectMs = 30_000;

/**
 * Throws SandboxUnavailableError where the environment or the image cannot contain programs, and
 * SandboxImageMissingError where there is no such image.
 */
export async function prepareDockerHost(options: DockerOptions): Promise<DockerHost> {
  const root = resolve(options.root);
  return {
    installation: await installationOf(root),
    tools: await publishTools(join(root, 'tools'), options.python),
    image: await describeImage(options.docker, options.image),
    ...(await pythonOf(options)),
  };
}

type Python = Pick<DockerHost, 'interpreter' | 'environment' | 'files'>;

async function pythonOf({
  python,
  interpreter = '/usr/bin/python3',
}: DockerOptions): Promise<Python> {
  const common = { ...fixedEnvironment, PWD: inside.work };
  if (python === undefined) {
    const entries = Object.entries(common).filter(([key]) => key !== 'PATH');
    // Its own path stays: what it brings lies where it says.
    return { interpreter, environment: Object.fromEntries(entries), files: [] };
  }
  const described = await describePython(python);
  checkPackages(described);
  const files = [
    ...systemLibraries(described.multiarch),
    ...pythonFiles(described, inside.environment),
  ];
  return { interpreter: inside.python, environment: common, files };
}

async function describeImage(docker: Docker, reference: string): Promise<DockerImage> {
  try {
    const found = await ask('describe an image', inspectMs, () =>
      docker.getImage(reference).inspect(),
    );
    const volumes = Object.keys(found.Config.Volumes ?? {});
    if (volumes.length > 0) {
      throw new SandboxUnavailableError(
        `image ${reference} declares volumes, whose size nothing limits: ${volumes.join(', ')}`,
      );
    }
    return { reference, id: found.Id, digest: found.RepoDigests?.[0] ?? null };
  } catch (error) {
    throw statusOf(error) === 404 ? new SandboxImageMissingError(reference) : error;
  }
}
