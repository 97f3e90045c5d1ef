import { access, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPython } from '../../bootstrap/python.mjs';
import type { Home } from '../home.ts';
import { runLogged } from '../run-logged.ts';
import { readFileIfAny } from '../servers/atomic-file.ts';
import { withLock } from '../../bootstrap/lock.mjs';
import { lockFile, lockHash } from './lock-files.ts';
import type { LockName } from './lock-files.ts';
import { ensureOpenMp } from './open-mp.ts';

/** Folder of what a lock file installed. */
export const pythonFolder = (home: Home, name: LockName): string => join(home.python, name);

/** Interpreter of solutions and grading. */
export const solutionPython = (home: Home): string =>
  join(pythonFolder(home, 'solution'), 'bin', 'python');

const stampFile = (home: Home, name: LockName): string =>
  join(pythonFolder(home, name), 'lock.sha256');

/** Whether what the lock file names is installed in full, and its interpreter still exists. */
export async function isInstalled(home: Home, name: LockName): Promise<boolean> {
  const [stamp, wanted] = await Promise.all([readFileIfAny(stampFile(home, name)), lockHash(name)]);
  if (stamp !== wanted) return false;
  if (name !== 'solution') return true;
  return stat(solutionPython(home)).then(
    () => true,
    () => false,
  );
}

/**
 * Installs what a lock file names, hash by hash, unless that was done; `installed` tells which. An install
 * that was interrupted has no stamp and is made anew.
 */
export async function ensurePython(home: Home, name: LockName): Promise<'found' | 'installed'> {
  if (await isInstalled(home, name)) return 'found';
  return withLock(`python ${pythonFolder(home, name)}`, async () => {
    if (await isInstalled(home, name)) return 'found';
    await rm(pythonFolder(home, name), { recursive: true, force: true });
    await (name === 'solution' ? installEnvironment(home) : installPackages(home, name));
    await writeFile(stampFile(home, name), await lockHash(name));
    return 'installed';
  });
}

async function installEnvironment(home: Home): Promise<void> {
  const python = await findPython();
  const folder = pythonFolder(home, 'solution');
  const log = join(home.logs, 'python-venv.log');
  await runLogged(python.file, ['-I', '-m', 'venv', folder], { logFile: log, timeoutMs: 120_000 });
  await pip(home, 'solution', []);
  await ensureOpenMp(home, solutionPython(home));
}

/** Aside from the environment of solutions, which must not see these packages. */
async function installPackages(home: Home, name: LockName): Promise<void> {
  await ensurePython(home, 'solution');
  await access(solutionPython(home));
  await mkdir(pythonFolder(home, name), { recursive: true });
  await pip(home, name, ['--target', pythonFolder(home, name)]);
}

async function pip(home: Home, name: LockName, options: readonly string[]): Promise<void> {
  const checked = ['--require-hashes', '--only-binary', ':all:', '--no-deps'];
  const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  await runLogged(
    solutionPython(home),
    ['-I', '-m', 'pip', 'install', ...checked, ...quiet, ...options, '-r', lockFile(name)],
    { logFile: join(home.logs, `pip-${name}.log`), timeoutMs: 900_000, env: pipEnvironment() },
  );
}

/** The reader's index and proxy settings hold; where packages go is decided here. */
function pipEnvironment(): NodeJS.ProcessEnv {
  const elsewhere = [
    'PIP_TARGET',
    'PIP_PREFIX',
    'PIP_USER',
    'PIP_ROOT',
    'PYTHONPATH',
    'PYTHONHOME',
  ];
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !elsewhere.includes(key)),
  );
}
