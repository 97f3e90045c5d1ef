// @ts-check
/** Installs the npm packages when they are not what the lock file says. Needs no package. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/** npm could not install; the message carries the end of its log. */
export class PackagesError extends Error {
  /** @override @type {string} */ name = 'PackagesError';
}

/**
 * @param {string} project folder of the lock file
 * @param {() => void} onInstall called before an installation begins
 * @returns {Promise<'found' | 'installed'>}
 */
export async function ensurePackages(project, onInstall) {
  if (await areInstalled(project)) return 'found';
  return withLock(`packages ${project}`, async () => {
    if (await areInstalled(project)) return 'found';
    onInstall();
    await install(project);
    await writeStamp(project);
    return 'installed';
  });
}

const stampFile = (/** @type {string} */ project) =>
  join(project, 'node_modules', '.ace-lock.sha256');

/** @param {string} project */
async function areInstalled(project) {
  const lock = await readFile(join(project, 'package-lock.json'), 'utf8');
  const stamp = await readFile(stampFile(project), 'utf8').catch(() => null);
  if (stamp === sha256(lock)) return true;
  if (!(await npmInstalled(project, lock))) return false;
  await writeStamp(project);
  return true;
}

/**
 * Whether npm itself, called by hand, has installed what the lock file says: it writes its own record last.
 * @param {string} project
 * @param {string} lock
 */
async function npmInstalled(project, lock) {
  const record = join(project, 'node_modules', '.package-lock.json');
  const text = await readFile(record, 'utf8').catch(() => null);
  if (text === null) return false;
  const installed = JSON.parse(text).packages;
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, { version, optional, link }]) =>
      !path.includes('node_modules/') || optional || link || installed[path]?.version === version,
  );
}

/** @param {string} project */
async function writeStamp(project) {
  const lock = await readFile(join(project, 'package-lock.json'), 'utf8');
  await writeFile(stampFile(project), sha256(lock));
}

const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');

/** @param {string} project */
async function install(project) {
  const logFile = join(project, 'npm-ci.log');
  const log = await open(logFile, 'w');
  const status = await run(project, log.fd);
  await log.close();
  if (status === 0) return rm(logFile);
  const tail = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-15);
  const lines = tail.map((line) => `  | ${line}`).join('\n');
  throw new PackagesError(`npm ci failed with status ${status}\n${lines}\n  whole log: ${logFile}`);
}

/** @param {string} project @param {number} log @returns {Promise<number | null>} */
function run(project, log) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  // npm says where its own program is when it runs us; on the PATH may be another one, or none.
  const npm = process.env.npm_execpath;
  const [file, all] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  return new Promise((done, fail) => {
    const child = spawn(file, all, { cwd: project, stdio: ['ignore', log, log] });
    child.once('error', fail);
    child.once('close', done);
  });
}
