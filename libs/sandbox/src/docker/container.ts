import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import type { Limits } from '@ace/config';
import { inside, sandboxUser } from '../layout.ts';
import type { SandboxName, SandboxSpec } from '../port.ts';
import { type DockerHost, type DockerOptions, resultsInside } from './host.ts';
import { containerName, labelsOf } from './labels.ts';

/** What the first process needs beside the program: memory, and itself. */
const monitor = { bytes: 32 << 20, processes: 1 };
const openFiles = 4096;
const pageBytes = 4096;
/** Folders and empty files take a place without taking bytes. */
const spareFiles = 1024;

/** What engines hide of the kernel unless told otherwise; ours come in addition. */
const maskedPaths = [
  ...['asound', 'acpi', 'interrupts', 'kcore', 'keys', 'latency_stats', 'sched_debug', 'scsi'],
  ...['timer_list', 'timer_stats'],
]
  .map((name) => `/proc/${name}`)
  .concat('/sys/firmware', '/sys/devices/virtual/powercap');

/** Paths on the host of what one container shows of its execution. */
export interface ContainerMounts {
  solution: string;
  publicData: string;
  results: string;
}

/** How the engine is told to make the container of an execution. */
export function containerOptions(
  host: DockerHost,
  options: DockerOptions,
  name: SandboxName,
  mounts: ContainerMounts,
  { limits, gpus = 0 }: Pick<SandboxSpec, 'limits' | 'gpus'>,
): ContainerCreateOptions {
  return {
    name: containerName(host.installation, name),
    Labels: labelsOf(host.installation, name),
    Image: host.image.id,
    Hostname: 'solution',
    User: `${sandboxUser}:${sandboxUser}`,
    WorkingDir: '/',
    Env: Object.entries(host.environment).map(([key, value]) => `${key}=${value}`),
    Entrypoint: [host.interpreter, `${inside.tools}/docker/enter.py`],
    Cmd: Object.entries(told(limits, options)).map(([key, value]) => `${key}=${value}`),
    Healthcheck: { Test: ['NONE'] },
    NetworkDisabled: true,
    HostConfig: {
      ...isolation(host),
      ...bounds(limits, options),
      ...devices(gpus),
      ...scratch(limits, options),
      Mounts: visible(host, mounts),
    },
  };
}

const groupBytes = ({ memoryBytes, diskBytes }: Limits): number =>
  // Files in the scratch folders are memory to the kernel, but disk to the limits.
  memoryBytes + diskBytes + monitor.bytes;

const told = (limits: Limits, options: DockerOptions): Record<string, number> => ({
  ...limits,
  groupBytes: groupBytes(limits),
  sharedMemoryBytes: options.sharedMemoryBytes ?? 0,
});

function isolation(host: DockerHost) {
  const hidden = host.files.filter((file) => file.kind === 'hidden').map(({ path }) => path);
  return {
    ...{ NetworkMode: 'none', IpcMode: 'private', ReadonlyRootfs: true, Privileged: false },
    ...{
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      MaskedPaths: [...maskedPaths, ...hidden],
    },
    ...{ AutoRemove: false, Init: false, RestartPolicy: { Name: 'no' } },
    LogConfig: { Type: 'none', Config: {} },
  };
}

function bounds(limits: Limits, { cpus = 1 }: DockerOptions) {
  const memory = groupBytes(limits);
  return {
    ...{ Memory: memory, MemorySwap: memory, NanoCpus: Math.round(cpus * 1e9) },
    PidsLimit: limits.processes + monitor.processes,
    Ulimits: [
      { Name: 'nofile', Soft: openFiles, Hard: openFiles },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
  };
}

function devices(gpus: number) {
  const request = { Driver: '', Count: gpus, Capabilities: [['gpu']] };
  return gpus > 0 ? { DeviceRequests: [request] } : {};
}

function scratch({ diskBytes }: Limits, { sharedMemoryBytes = diskBytes }: DockerOptions) {
  const files = Math.ceil(diskBytes / pageBytes) + spareFiles;
  const size = `size=${diskBytes},nr_inodes=${files}`;
  // Owned, because engines give a scratch folder the mode that the image's own folder has.
  const folder = `rw,exec,nosuid,nodev,${size},mode=0700,uid=${sandboxUser},gid=${sandboxUser}`;
  return {
    ShmSize: sharedMemoryBytes,
    Tmpfs: { [inside.work]: folder, '/tmp': folder },
  };
}

/** All read-only but the results, which are closed before a program begins. A missing source is an error. */
function visible(host: DockerHost, mounts: ContainerMounts): MountSettings[] {
  const bind = (Source: string, Target: string, ReadOnly = true): MountSettings => ({
    ...{ Type: 'bind', Source, Target, ReadOnly },
  });
  return [
    ...host.files
      .filter((file) => file.kind === 'mount')
      .map(({ source, target }) => bind(source, target)),
    bind(host.tools, inside.tools),
    bind(mounts.publicData, inside.data),
    bind(mounts.solution, inside.solution),
    bind(mounts.results, resultsInside, false),
  ];
}
