// @ts-check
/**
 * First step of every command of this project, on a fresh clone too: it needs Node alone.
 *
 *     node infra/bootstrap.mjs                 packages only
 *     node infra/bootstrap.mjs start           trains by the recipe `quickstart`
 *     node infra/bootstrap.mjs test [filter…]  runs the tests
 *     node infra/bootstrap.mjs ace …           any command of `ace`
 */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './bootstrap/packages.mjs';
import { builtProgram } from './bootstrap/program.mjs';
import { printSteps } from './bootstrap/progress.mjs';
import { findPython } from './bootstrap/python.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const home = resolve(process.env.ACE_HOME || join(project, '.ace'));
const oldestNode = [20, 19];

const [mode, ...rest] = process.argv.slice(2);

try {
  requireNode();
  await setUp();
  process.exitCode = mode === undefined ? 0 : await handOn(await commandOf(mode, rest));
} catch (error) {
  console.error(error instanceof Error ? `\n✗ ${error.message}` : error);
  process.exitCode = 1;
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldestNode;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Error(
    `This is Node ${process.versions.node}; ${oldestNode.join('.')} or newer is needed (nodejs.org).`,
  );
}

/** Python is looked for before anything is downloaded: without it nothing else would help. */
async function setUp() {
  const tell = printSteps(process.stderr);
  const environment = join(home, 'python', 'solution', 'bin', 'python');
  const hasEnvironment = await access(environment).then(
    () => true,
    () => false,
  );
  if (!hasEnvironment) {
    const { file, version, source } = await findPython();
    tell({ part: 'Python', state: 'done', detail: `${version}, ${source}, ${file}`, seconds: 0 });
  }
  const start = performance.now();
  const part = 'npm packages';
  const doing = () => tell({ part, state: 'doing', detail: 'npm ci', seconds: 0 });
  const how = await ensurePackages(project, doing);
  const seconds = (performance.now() - start) / 1000;
  if (how === 'installed') tell({ part, state: 'done', detail: how, seconds });
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<string[]>} arguments of node
 */
async function commandOf(name, args) {
  if (name === 'ace') return [...(await ace()), ...args];
  if (name === 'start') return [...(await ace()), 'start', ...args];
  if (name === 'test')
    return [join(project, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args];
  throw new Error(`Expected start, test or ace, got "${name}".`);
}

async function ace() {
  const main = join(project, 'apps', 'cli', 'src', 'main.ts');
  return ['--enable-source-maps', await builtProgram(main, join(home, 'cache'))];
}

/**
 * Runs the command in this one's place: with its terminal, its signals and its status.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function handOn(args) {
  const child = spawn(process.execPath, args, { cwd: project, stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; the command decides what it means. Others send to us alone.
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) =>
      done(status ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  });
}
