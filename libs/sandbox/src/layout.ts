import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PythonEnvironment } from './python-environment.ts';
import { foreignPackages, realPathIfOther, sitePackages } from './python-environment.ts';

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

const fixedEnvironment: Record<string, string> = {
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

/** Data that scikit-learn ships: competitions are made from some of it, answers included. */
const shippedData = ['data', 'images', 'tests'].map((name) => join('sklearn', 'datasets', name));

const readOnly = (source: string, target = source): string[] => ['--ro-bind', source, target];
const hidden = (target: string): string[] => [
  '--perms',
  '0555',
  '--size',
  '4096',
  '--tmpfs',
  target,
];
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
    ...python(options),
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
    ...python(options),
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
  const cache = '/etc/ld.so.cache';
  return [
    ...systemLibraries(environment.multiarch),
    ...(existsSync(cache) ? readOnly(cache) : []),
    ...['passwd', 'group'].flatMap((name) => readOnly(join(accounts, name), join('/etc', name))),
    ...readOnly(tools, inside.tools),
    ...readOnly(holderProgram(), inside.holder),
    ...['--proc', '/proc', '--dev', '/dev'],
  ];
}

/** `cat`: it waits on its input, and its being there keeps a sandbox alive for the preloaded parent's fork. */
const holderProgram = (): string => realpathSync('/bin/cat');

/** The C library and its like, and nothing else of the system: no programs, no packages' data. */
function systemLibraries(multiarch: string | null): string[] {
  const own = multiarch === null ? null : join('/usr/lib', multiarch);
  const isFolder = (path: string): boolean => existsSync(path) && lstatSync(path).isDirectory();
  const folders =
    own !== null && isFolder(own) ? [own] : isFolder('/usr/lib64') ? [] : ['/usr/lib'];
  // Some architectures keep the loader beside the folder.
  const loaders =
    own === null ? [] : readdirSync('/usr/lib').filter((name) => name.startsWith('ld-linux'));
  const mounts = [
    ...[...folders, '/usr/lib64'].filter(isFolder).flatMap((path) => readOnly(path)),
    ...loaders
      .map((name) => join('/usr/lib', name))
      .flatMap((path) => readOnly(realpathSync(path), path)),
  ];
  const shortcuts = ['/lib', '/lib64', '/usr/lib64'].flatMap((path) => {
    if (!existsSync(path)) return [];
    if (lstatSync(path).isSymbolicLink()) return ['--symlink', readlinkSync(path), path];
    if (path === '/usr/lib64') return [];
    const library = multiarch === null ? path : join(path, multiarch);
    return existsSync(library) ? readOnly(library) : readOnly(path);
  });
  return [...mounts, ...shortcuts];
}

/** The environment at its fixed path; the base installation at its own, which is compiled into it. */
function python({ environment }: LayoutOptions): string[] {
  const packages = sitePackages(environment);
  return [
    ...baseLibraries(environment),
    ...environment.executables.flatMap((path) => readOnly(realpathSync(path), path)),
    ...environment.sharedLibraries.flatMap((path) => readOnly(realpathSync(path), path)),
    ...readOnly(environment.prefix, inside.environment),
    ...shippedData
      .filter((name) => existsSync(join(packages, name)))
      .flatMap((name) =>
        hidden(join(inside.environment, 'lib', environment.library, 'site-packages', name)),
      ),
  ];
}

/** Below /usr the standard library alone; an installation of its own brings libraries beside it. */
function baseLibraries(environment: PythonEnvironment): string[] {
  const isSystem = environment.basePrefix === '/usr' || environment.basePrefix === '/usr/local';
  const library = join(environment.basePrefix, 'lib', ...(isSystem ? [environment.library] : []));
  const covered = [library, ...realPathIfOther(library)];
  const masks = foreignPackages(environment)
    .map((path) => realpathSync(path))
    .filter((path) => path.startsWith(`${realpathSync(library)}/`));
  return covered.flatMap((target) => [
    ...readOnly(realpathSync(library), target),
    ...masks.flatMap((path) => hidden(target + path.slice(realpathSync(library).length))),
  ]);
}

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
