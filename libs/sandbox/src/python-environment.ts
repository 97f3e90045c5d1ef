import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SandboxUnavailableError } from './port.ts';

/** The virtual environment of solutions, and the base installation that it stands on; paths on the host. */
export interface PythonEnvironment {
  /** The environment's own folder. */
  prefix: string;
  basePrefix: string;
  /** `python3.11`: name of the library folder. */
  library: string;
  /** Debian's name of the machine, such as `x86_64-linux-gnu`, or null. */
  multiarch: string | null;
  /** Every path outside of `prefix` on the way of links from its `bin/python` to the program proper. */
  executables: string[];
  /** The interpreter's shared library, where it has one. */
  sharedLibraries: string[];
}

const question = `
import json, os, sys, sysconfig
get = sysconfig.get_config_var
shared = get("INSTSONAME") if get("Py_ENABLE_SHARED") else None
print(json.dumps({
    "prefix": sys.prefix,
    "basePrefix": sys.base_prefix,
    "library": os.path.basename(sysconfig.get_path("stdlib")),
    "multiarch": get("MULTIARCH"),
    "shared": os.path.join(get("LIBDIR"), shared) if shared else None,
}))`;

interface Answer {
  prefix: string;
  basePrefix: string;
  library: string;
  multiarch: string | null;
  shared: string | null;
}

/** Asks the interpreter where it lives. Throws SandboxUnavailableError when it is not a usable environment. */
export async function describePython(python: string): Promise<PythonEnvironment> {
  const answer = await ask(python);
  if (answer.prefix === answer.basePrefix) {
    throw new SandboxUnavailableError(
      `${python} is not the interpreter of a virtual environment: make one with python3 -m venv`,
    );
  }
  const shared = answer.shared !== null && existsSync(answer.shared) ? [answer.shared] : [];
  return {
    ...answer,
    executables: hops(join(answer.prefix, 'bin', 'python')).filter(
      (path) => !path.startsWith(`${answer.prefix}/`),
    ),
    sharedLibraries: shared,
  };
}

async function ask(python: string): Promise<Answer> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-I', '-c', question], {
      timeout: 30_000,
    });
    return JSON.parse(stdout) as Answer;
  } catch (error) {
    throw new SandboxUnavailableError(
      `no Python environment for solutions at ${python}: ${(error as Error).message.trim()}`,
      { cause: error },
    );
  }
}

/** All paths that lead from a link to the file that it stands for, the last one included, the first not. */
function hops(start: string): string[] {
  const found: string[] = [];
  for (let path = start; lstatSync(path).isSymbolicLink();) {
    path = resolve(dirname(path), readlinkSync(path));
    found.push(path);
  }
  return found;
}

/** Folders of the base installation that hold other packages: hidden, whatever somebody installed there. */
export function foreignPackages(environment: PythonEnvironment): string[] {
  const library = join(environment.basePrefix, 'lib');
  return readdirSync(library)
    .filter((name) => name.startsWith('python'))
    .flatMap((name) => ['site-packages', 'dist-packages'].map((kind) => join(library, name, kind)))
    .filter((path) => existsSync(path));
}

export const sitePackages = (environment: PythonEnvironment): string =>
  join(environment.prefix, 'lib', environment.library, 'site-packages');

/** A path's real one, where the two differ. */
export const realPathIfOther = (path: string): string[] =>
  realpathSync(path) === path ? [] : [realpathSync(path)];
