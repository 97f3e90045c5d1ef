// @ts-check
/** Finds the Python that makes the project's environments. Needs no package, so that the bootstrap can use it. */
import { execFile } from 'node:child_process';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * @typedef {object} Python
 * @property {string} file      the interpreter
 * @property {string} version   e.g. `3.11.7`
 * @property {string} source    `ACE_PYTHON` or `PATH`
 */

/** No usable Python; the message says what was tried and what to do. */
export class PythonError extends Error {
  /** @override @type {string} */ name = 'PythonError';
}

const oldest = [3, 11];
const names = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python3.14'];

/** A shim may answer `--version` and yet run nothing, and a distribution may leave `ensurepip` out. */
const probe = `
import sys
assert sys.version_info >= (${oldest.join(', ')}), 'is Python ' + sys.version.split()[0]
import venv, ensurepip
print(sys.version.split()[0], sys.executable, sys.base_prefix, sep='\\n')`;

/**
 * `ACE_PYTHON` when set, and then nothing else; else the first on the PATH that can make an environment.
 * For root, an interpreter that other users may run comes first: sandboxes are other users.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Python>}
 */
export async function findPython(env = process.env) {
  if (env.ACE_PYTHON) return fromSetting(env.ACE_PYTHON);
  const isRoot = process.getuid?.() === 0;
  /** @type {string[]} */ const refused = [];
  /** @type {Python | undefined} */ let onlyForRoot;
  for (const file of await candidates(env.PATH ?? '')) {
    const answer = await ask(file);
    if ('reason' in answer) refused.push(`${file}: ${answer.reason}`);
    else if (!isRoot || (await othersMayRun(answer))) return { ...answer, source: 'PATH' };
    else onlyForRoot ??= { ...answer, source: 'PATH' };
  }
  if (onlyForRoot) return onlyForRoot;
  throw new PythonError(noPython(refused));
}

/** @param {string} file @returns {Promise<Python>} */
async function fromSetting(file) {
  const answer = await ask(file);
  if (!('reason' in answer)) return { ...answer, source: 'ACE_PYTHON' };
  throw new PythonError(
    `ACE_PYTHON is ${file}, which cannot be used: ${answer.reason}.\n` +
      `  Set it to a Python ${oldest.join('.')} or newer that has venv and pip, or unset it.`,
  );
}

/** @param {string[]} refused */
function noPython(refused) {
  const tried =
    refused.length > 0 ? refused.map((line) => `\n  ${line}`).join('') : ' none is there';
  return (
    `No Python ${oldest.join('.')} or newer that can make an environment. On the PATH:${tried}\n` +
    '  Debian, Ubuntu: apt-get install python3 python3-venv. Or set ACE_PYTHON.'
  );
}

/** @param {string} path @returns {Promise<string[]>} executable files, newest names first, each once */
async function candidates(path) {
  const folders = path.split(delimiter).filter(Boolean);
  const files = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = await Promise.all(
    files.map((file) =>
      access(file, constants.X_OK).then(
        () => [file],
        () => [],
      ),
    ),
  );
  const byTarget = new Map();
  for (const file of found.flat()) {
    const target = await realpath(file);
    // Links of one shim differ by the name under which they are called.
    const key = target.includes('shim') ? file : target;
    if (!byTarget.has(key)) byTarget.set(key, file);
  }
  return [...byTarget.values()];
}

/** @param {string} file @returns {Promise<{ file: string, version: string, prefix: string } | { reason: string }>} */
async function ask(file) {
  try {
    const options = { timeout: 20_000 };
    const { stdout } = await promisify(execFile)(file, ['-I', '-c', probe], options);
    const [version = '', executable = file, prefix = ''] = stdout.trim().split('\n');
    return { file: executable, version, prefix };
  } catch (error) {
    const { stderr, message } = /** @type {{ stderr?: string, message: string }} */ (error);
    const lines = (stderr || message).trim().split('\n');
    const telling = lines.findLast((line) => /Error|not found/.test(line)) ?? lines.at(-1) ?? '';
    return { reason: telling.replace('AssertionError: ', '').trim() };
  }
}

/** @param {{ file: string, prefix: string }} python */
async function othersMayRun({ file, prefix }) {
  const enterByOthers = 0o001;
  for (const start of [await realpath(file), prefix]) {
    for (let path = start; ; path = dirname(path)) {
      if (((await stat(path)).mode & enterByOthers) === 0) return false;
      if (path === dirname(path)) break;
    }
  }
  return true;
}
