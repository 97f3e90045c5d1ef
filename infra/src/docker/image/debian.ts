import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../../../bootstrap/lock.mjs';
import { SetUpError } from '../../errors.ts';
import { findOnPath } from '../../find-on-path.ts';
import type { Home } from '../../home.ts';
import { unmountBelow } from '../../mounts.ts';
import { ensurePython, solutionPython } from '../../python/environment.ts';
import { lockFile, lockHash } from '../../python/lock-files.ts';
import { runLogged } from '../../run-logged.ts';
import { silent, tellStep } from '../../steps.ts';
import type { OnStep } from '../../steps.ts';
import { installPackage } from '../../system-packages.ts';
import { packImage } from './pack.ts';
import type { PackedImage } from './pack.ts';
import { packedImage, rememberImage } from './store.ts';

/** Debian's archive as it was on one day: the same packages whenever it is asked. */
export const pinnedMirror = 'https://snapshot.debian.org/archive/debian/20260601T000000Z';
const suite = 'bookworm';
/** The suite's Python, and where it looks for packages that are not Debian's. */
const python = '3.11';
const packagesFolder = `usr/local/lib/python${python}/dist-packages`;
/** LightGBM's wheels leave the OpenMP runtime to the system. */
const systemPackages = ['python3', 'libgomp1'];

const part = 'Docker image';
const debootstrapMs = 1_200_000;
const compileMs = 600_000;

/** What nobody reads, and what differs from one making to the next. */
const unwanted = [
  ...['doc', 'info', 'locale', 'man'].map((name) => join('usr/share', name)),
  ...['var/cache/apt', 'var/cache/ldconfig', 'var/lib/apt/lists', 'var/log', 'etc/machine-id'],
  'debootstrap',
];
/** Data that scikit-learn ships: competitions are made from some of it, answers included. */
const hidden = ['data', 'images', 'tests'].map((name) =>
  join(packagesFolder, 'sklearn/datasets', name),
);
const libraries = ['/usr/lib/python3', `/usr/lib/python${python}`, `/${packagesFolder}`];

/**
 * An image from Debian's packages and the lock file of solutions, without a registry. It is made once for each
 * mirror and lock file and kept as a file below the home; needs root.
 *
 * @throws {@link SetUpError} that says what is missing.
 */
export async function ensureDebianImage(
  home: Home,
  { mirror = pinnedMirror, onStep = silent }: { mirror?: string; onStep?: OnStep } = {},
): Promise<PackedImage> {
  const content = [mirror, suite, ...systemPackages, await lockHash('solution')].join('\n');
  const key = `debian-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
  return withLock(`image ${home.cache} ${key}`, async () => {
    const packed = await packedImage(home, key);
    if (packed) return packed;
    return tellStep(
      onStep,
      part,
      `Debian ${suite} from ${mirror}`,
      () => build(home, key, mirror),
      ({ reference }) => `${reference}, packed`,
    );
  });
}

async function build(home: Home, key: string, mirror: string): Promise<PackedImage> {
  await requireDebootstrap(home);
  await ensurePython(home, 'solution');
  const folder = join(home.cache, 'images');
  await mkdir(folder, { recursive: true });
  const root = await mkdtemp(join(folder, 'root-'));
  const logFile = join(home.logs, 'image-debian.log');
  try {
    const options = [
      '--variant=minbase',
      '--force-check-gpg',
      `--include=${systemPackages.join()}`,
    ];
    await runLogged('debootstrap', [...options, suite, root, mirror], {
      ...{ logFile, timeoutMs: debootstrapMs },
    });
    await installPackages(home, root);
    await clean(root);
    await compile(home, root);
    return await rememberImage(
      home,
      key,
      await packImage({ root, folder, logFile, keepOwners: true }),
    );
  } finally {
    await unmountBelow(root);
    await rm(root, { recursive: true });
  }
}

async function requireDebootstrap(home: Home): Promise<void> {
  if (process.getuid?.() !== 0) {
    const remedy =
      'Run as root, or use a registry: docker build -f infra/images/sandbox/Dockerfile .';
    throw new SetUpError(part, 'debootstrap needs root.', remedy);
  }
  if (await findOnPath('debootstrap')) return;
  const name = 'debootstrap';
  await installPackage(home, part, { apt: name, dnf: name, apk: name });
}

/** By this machine's pip for that Python: the image needs no network and no pip of its own. */
async function installPackages(home: Home, root: string): Promise<void> {
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const platforms = ['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_17', 'manylinux2014'];
  const target = ['--python-version', python, '--implementation', 'cp', '--target'];
  await runLogged(
    solutionPython(home),
    [
      ...['-I', '-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '-q'],
      ...['--require-hashes', '--only-binary', ':all:', '--no-deps', '--no-compile'],
      ...platforms.flatMap((platform) => ['--platform', `${platform}_${machine}`]),
      ...[...target, join(root, packagesFolder), '-r', lockFile('solution')],
    ],
    { logFile: join(home.logs, 'image-debian-pip.log'), timeoutMs: 900_000 },
  );
}

async function clean(root: string): Promise<void> {
  const old = (await readdir(root, { recursive: true })).filter((path) =>
    path.endsWith('__pycache__'),
  );
  for (const path of [...unwanted, ...hidden, ...old]) {
    await rm(join(root, path), { recursive: true, force: true });
  }
  // Empty, not gone: a program that asks for them fails as in every other sandbox.
  for (const path of hidden) await mkdir(join(root, path));
  await appendFile(join(root, 'etc/passwd'), 'solution:x:65533:65533::/attempt:/\n');
  await appendFile(join(root, 'etc/group'), 'solution:x:65533:\n');
}

/** Once for all, since nothing can be written inside: by content, because the archive keeps no dates. */
async function compile(home: Home, root: string): Promise<void> {
  const program = [
    '/usr/bin/env',
    '-i',
    'PYTHONHASHSEED=0',
    '/usr/bin/python3',
    '-m',
    'compileall',
  ];
  const how = ['-q', '--invalidation-mode', 'unchecked-hash'];
  await runLogged('chroot', [root, ...program, ...how, ...libraries], {
    ...{ logFile: join(home.logs, 'image-debian-compile.log'), timeoutMs: compileMs },
  });
}
