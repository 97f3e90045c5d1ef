import { statfs } from 'node:fs/promises';
import type Docker from 'dockerode';
import { dockerPlaces } from './docker-host.ts';
import type { DockerPlace } from './docker-host.ts';

/** An engine that answers, and a client of it. */
export interface DockerEngine {
  readonly docker: Docker;
  /** As `DOCKER_HOST` would say it. */
  readonly address: string;
  readonly source: DockerPlace['source'];
  readonly version: string;
  readonly apiVersion: string;
  readonly cgroupVersion: '1' | '2';
  /** Name of what hands GPUs to containers, or null. */
  readonly gpuRuntime: string | null;
  readonly storageDriver: string;
  /** Bytes left where it keeps images and containers; null when that place cannot be seen from here. */
  readonly diskFree: number | null;
  /** Whether containers outlive the engine's death. */
  readonly liveRestore: boolean;
  /** Limits of ours that its kernel does not enforce. */
  readonly missingLimits: readonly string[];
}

/** Why there is no engine, and the one command that mends it. */
export interface NoDockerEngine {
  readonly engine: null;
  readonly address: string;
  readonly source: DockerPlace['source'];
  readonly reason: string;
  readonly remedy: string;
}

/** Every question to an engine has an answer by then, or has failed. */
export const questionMs = 10_000;

/**
 * The engine that `DOCKER_HOST` names, else the first default socket that answers. Starts nothing.
 *
 * @throws InputError when `DOCKER_HOST` or what belongs to it is wrong.
 */
export async function findDockerEngine(
  env: NodeJS.ProcessEnv = process.env,
  deadlineMs = questionMs,
): Promise<{ engine: DockerEngine } | NoDockerEngine> {
  let missing: NoDockerEngine | null = null;
  for (const place of dockerPlaces(env)) {
    try {
      return { engine: await ask(place, AbortSignal.timeout(deadlineMs)) };
    } catch (error) {
      const found = explain(place, error as NodeJS.ErrnoException, deadlineMs);
      // Of several sockets, one that is there and does not answer tells more than one that is not.
      if (!missing || (error as NodeJS.ErrnoException).code !== 'ENOENT') missing = found;
    }
  }
  if (missing) return missing;
  throw new Error('There is always a place to look for an engine.');
}

/** What is used of the answers; API 1.41 and later. */
interface Info {
  OSType: string;
  CgroupVersion?: string;
  Driver: string;
  DockerRootDir: string;
  LiveRestoreEnabled: boolean;
  MemoryLimit: boolean;
  SwapLimit: boolean;
  PidsLimit: boolean;
  CpuCfsQuota: boolean;
  Runtimes?: Record<string, unknown>;
  DiscoveredDevices?: { ID: string }[];
}

/** dockerode passes the signal on; its types leave it out. */
interface Asked {
  version(options: { abortSignal: AbortSignal }): Promise<Docker.DockerVersion>;
  info(options: { abortSignal: AbortSignal }): Promise<Info>;
}

async function ask(place: DockerPlace, abortSignal: AbortSignal): Promise<DockerEngine> {
  const docker = place.connect();
  const asked = docker as unknown as Asked;
  const [version, info] = await Promise.all([
    asked.version({ abortSignal }),
    asked.info({ abortSignal }),
  ]);
  if (info.OSType !== 'linux') throw new Error(`it runs ${info.OSType} containers, not linux ones`);
  return {
    docker,
    address: place.address,
    source: place.source,
    version: version.Version,
    apiVersion: version.ApiVersion,
    cgroupVersion: info.CgroupVersion === '2' ? '2' : '1',
    gpuRuntime: gpuRuntimeOf(info),
    storageDriver: info.Driver,
    diskFree: place.local ? await bytesLeft(info.DockerRootDir) : null,
    liveRestore: info.LiveRestoreEnabled,
    missingLimits: missingLimits(info),
  };
}

/** A runtime by its name, or a vendor whose devices the engine can name (CDI). */
function gpuRuntimeOf({ Runtimes = {}, DiscoveredDevices = [] }: Info): string | null {
  const runtime = Object.keys(Runtimes).find((name) => /^(nvidia|amd|rocm)/.test(name));
  const device = DiscoveredDevices.find(({ ID }) => /\/gpu=/.test(ID));
  return runtime ?? device?.ID.split('=')[0] ?? null;
}

function missingLimits(info: Info): string[] {
  const limits = {
    memory: info.MemoryLimit,
    swap: info.SwapLimit,
    processes: info.PidsLimit,
    CPU: info.CpuCfsQuota,
  };
  return Object.entries(limits).flatMap(([name, enforced]) => (enforced ? [] : [name]));
}

const bytesLeft = (folder: string): Promise<number | null> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );

/** What the reader can do, by what went wrong. */
const causes: Readonly<Record<string, { reason: string; remedy: string }>> = {
  ENOENT: { reason: 'no engine listens there', remedy: 'sudo systemctl start docker' },
  ECONNREFUSED: { reason: 'no engine listens there', remedy: 'sudo systemctl restart docker' },
  EACCES: { reason: 'this user may not use it', remedy: 'sudo usermod -aG docker $USER' },
};

function explain(
  { address, source }: DockerPlace,
  error: NodeJS.ErrnoException,
  deadlineMs: number,
): NoDockerEngine {
  const late = error.name === 'AbortError' || error.name === 'TimeoutError';
  const known = causes[error.code ?? ''];
  const reason = late
    ? `it did not answer within ${deadlineMs / 1000} s`
    : (known?.reason ?? error.message.trim());
  const unset = source === 'DOCKER_HOST' ? 'unset DOCKER_HOST' : null;
  const remedy = unset ?? known?.remedy ?? 'sudo systemctl restart docker';
  return { engine: null, address, source, reason, remedy };
}
