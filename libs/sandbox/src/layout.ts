import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PythonEnvironment } from './python-environment.ts';
import { pythonFiles, type SystemFile, systemLibraries } from './system-files.ts';

/** Paths inside. */
export const inside = {
  environment: '/env',
  python: '/env/bin/python',
  work: '/attempt',
  data: '/data',
  solution: '/attempt/solution.py',
  tools: '/run/containment',
  holder: '/run/hold/cat',
} as const;

/**
 * The user that programs run as when we are root: one that no system hands out (systemd leaves 65520 to
 * 65533 unused), and not `nobody`, which may own files of its own.
 */
export const sandboxUser = 65_533;

/** All that programs find in their environment, whatever ours holds. */
export const fixedEnvironment: Record<string, string> = {
  PATH: '/env/bin',
  HOME: inside.work,
  TZ: 'UTC',
  LC_ALL: 'C.UTF-8',
  PYTHONHASHSEED: '0',
  PYTHONDONTWRITEBYTECODE: '1',
  // What a program printed before it was killed must not be lost in a buffer.
  PYTHONUNBUFFERED: '1',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  LOKY_MAX_CPU_COUNT: '1',
};

const readOnly = (source: string, target = source): string[] => ['--ro-bind', source, target];
const hidden = (target: string): string[] => [
  '--perms',
  '0555',
  '--size',
  '4096',
  '--tmpfs',
  target,
];
const shown = (file: SystemFile): string[] => {
  if (file.kind === 'mount') return readOnly(file.source, file.target);
  return file.kind === 'symlink' ? ['--symlink', file.to, file.path] : hidden(file.path);
};
const scratch = (target: string, bytes: number): string[] => [
  ...['--perms', '1777', '--size', String(bytes), '--tmpfs', target],
];

/** What one sandbox shows of an execution. */
export interface ExecutionMounts {
  solution: string;
  publicData: string;
  diskBytes: number;
}

/** Everything that all sandboxes and the preloaded parent have in common. */
export interface LayoutOptions {
  bwrap: string;
  environment: PythonEnvironment;
  /** Folder with the generated `passwd` and `group`. */
  accounts: string;
  /** Folder of the scripts that run inside. */
  tools: string;
  /** Whether we are root; else a user namespace is needed. */
  root: boolean;
}

/** bwrap's command line up to the command, for one execution. */
export function sandboxArguments(options: LayoutOptions, mounts: ExecutionMounts): string[] {
  const tree = [
    ...files(options),
    ...scratch(inside.work, mounts.diskBytes),
    ...scratch('/tmp', mounts.diskBytes),
    ...scratch('/dev/shm', mounts.diskBytes),
    ...readOnly(mounts.solution, inside.solution),
    ...readOnly(mounts.publicData, inside.data),
    ...pythonFiles(options.environment, inside.environment).flatMap(shown),
  ];
  return [
    ...isolation(options),
    ...['--unshare-pid', '--die-with-parent'],
    ...closed(tree),
    ...['--chdir', inside.work],
  ];
}

/**
 * The same for the preloaded parent: the same files under the same paths, without anything of an execution,
 * and in the host's process namespace, from which alone it can enter the sandboxes' ones.
 */
export function parentArguments(options: LayoutOptions): string[] {
  const tree = [
    ...files(options),
    ...scratch(inside.work, 4096),
    ...scratch('/tmp', 1 << 20),
    ...pythonFiles(options.environment, inside.environment).flatMap(shown),
  ];
  return [...isolation(options), ...closed(tree), ...['--chdir', inside.work]];
}

function isolation({ bwrap, root }: LayoutOptions): string[] {
  const user = root
    ? []
    : [
        ...['--unshare-user', '--disable-userns'],
        ...['--uid', String(sandboxUser), '--gid', String(sandboxUser)],
      ];
  return [
    bwrap,
    ...user,
    ...['--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--new-session'],
    ...['--hostname', 'solution', '--clearenv'],
    ...Object.entries(fixedEnvironment).flatMap(([key, value]) => ['--setenv', key, value]),
  ];
}

function files({ accounts, tools, environment }: LayoutOptions): string[] {
  return [
    ...systemLibraries(environment.multiarch).flatMap(shown),
    ...['passwd', 'group'].flatMap((name) => readOnly(join(accounts, name), join('/etc', name))),
    ...readOnly(tools, inside.tools),
    ...readOnly(holderProgram(), inside.holder),
    ...['--proc', '/proc', '--dev', '/dev'],
  ];
}

/** `cat`: it waits on its input, and its being there keeps a sandbox alive for the preloaded parent's fork. */
const holderProgram = (): string => realpathSync('/bin/cat');

/**
 * Around the mounts: first the folders that hold them, which bwrap would make for its own user only; last,
 * what bwrap itself made, the root and its device folder, is closed to writing.
 */
function closed(tree: string[]): string[] {
  const targets = tree.filter((_, index) => tree[index - 2] === '--ro-bind');
  const folders = new Set(targets.flatMap(ancestors).sort());
  return [
    ...[...folders].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...tree,
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
  ];
}

const ancestors = (path: string): string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, index, parts) => `/${parts.slice(0, index + 1).join('/')}`);

/** Capabilities that the monitor of a cold sandbox needs to give everything up; a held one needs none. */
const toGiveUp = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_DAC_READ_SEARCH'];
const toEnter = [...toGiveUp, 'CAP_SYS_ADMIN', 'CAP_SYS_CHROOT'];

const only = (capabilities: string[]): string[] => [
  ...['--cap-drop', 'ALL'],
  ...capabilities.flatMap((capability) => ['--cap-add', capability]),
];

/** What runs in a sandbox, and the capabilities it starts with. */
export interface Way {
  capabilities: string[];
  command: string[];
}

/** The program's own monitor, which is told a descriptor. */
export const coldWay = (root: boolean): Way => ({
  capabilities: root ? only(toGiveUp) : [],
  command: [inside.python, '-I', '-S', `${inside.tools}/inside.py`],
});

/** A process that only waits, for the fork of the preloaded parent to come in. */
export const heldWay: Way = { capabilities: only([]), command: [inside.holder] };

/** The preloaded parent; the supervisor that starts it fills in the descriptors. */
export const parentCommand = (idleSeconds: number): string[] => [
  ...only(toEnter),
  ...[inside.python, `${inside.tools}/preload.py`, '{listener}', '{ready}', String(idleSeconds)],
];

/** `/etc/passwd` and `/etc/group` as they are inside. */
export const accounts = {
  passwd: `root:x:0:0::/:/\nsolution:x:${sandboxUser}:${sandboxUser}::${inside.work}:/\n`,
  group: `root:x:0:\nsolution:x:${sandboxUser}:\n`,
} as const;

/** Makes a sandbox, confines itself in it and imports a package: does all of it work here? */
export function trialCommand(options: LayoutOptions): string[] {
  const script = join(options.tools, 'trial.py');
  const mounts = { solution: script, publicData: options.tools, diskBytes: 1 << 20 };
  return [
    ...sandboxArguments(options, mounts),
    ...coldWay(options.root).capabilities,
    ...[inside.python, `${inside.tools}/trial.py`, ...(options.root ? [String(sandboxUser)] : [])],
  ];
}
