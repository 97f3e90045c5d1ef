import { createDockerSandbox, type DockerOptions, type DockerSandbox } from '@ace/sandbox';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureImage } from '../../src/docker/image/ensure-image.ts';
import { type Home, openHome } from '../../src/home.ts';
import { ensurePython, solutionPython } from '../../src/python/environment.ts';
import type { OnStep } from '../../src/steps.ts';
import { tellStep } from '../../src/steps.ts';
import { type BenchEngine, provideEngine } from './engine.ts';

/** A sandbox on an engine, in a folder of its own. */
export interface BenchSystem {
  provided: BenchEngine;
  sandbox: DockerSandbox;
  options: DockerOptions;
  /** Interpreter of the programs. */
  python: string;
  /** For what else the benchmark keeps. */
  folder: string;
}

/** Does `body`, and afterwards removes all that it left. */
export async function withSystem<T>(
  onStep: OnStep,
  body: (system: BenchSystem) => Promise<T>,
): Promise<T> {
  const python = await providePython(await openHome(), onStep);
  const provided = await tellStep(
    onStep,
    'Docker engine',
    'starting one',
    () => provideEngine(process.env),
    ({ detail }) => detail,
  );
  try {
    return await within(provided, python, body);
  } finally {
    await provided.end();
  }
}

async function providePython(home: Home, onStep: OnStep): Promise<string> {
  const doing = 'installing the packages of solutions';
  const install = () => ensurePython(home, 'solution');
  await tellStep(onStep, 'Python environment', doing, install, (how) => how);
  return solutionPython(home);
}

async function within<T>(
  provided: BenchEngine,
  python: string,
  body: (system: BenchSystem) => Promise<T>,
): Promise<T> {
  const { docker } = provided.engine;
  const { reference: image } = await ensureImage(docker);
  const folder = await mkdtemp(join(tmpdir(), 'ace-bench-sandbox-'));
  const options = { docker, image, python, root: join(folder, 'root') };
  const sandbox = createDockerSandbox(options);
  try {
    return await body({ provided, sandbox, options, python, folder });
  } finally {
    // The loops' containers carry the sandbox's labels, so what one of them left is found too.
    await sandbox.sweep(() => Promise.resolve(false));
    await rm(folder, { recursive: true });
  }
}
