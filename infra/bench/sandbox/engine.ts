import { type DockerEngine, findDockerEngine } from '../../src/docker/engine.ts';
import { startPrivateEngine, sweepPrivateEngines } from '../../src/testing/private-engine.ts';
import type { Making } from './results-contract.ts';

export interface BenchEngine {
  engine: DockerEngine;
  source: Making['engine']['source'];
  /** Which one it is, in words. */
  detail: string;
  /** Ends one that was started for this, with all that it left. */
  end(): Promise<void>;
}

/**
 * The engine that `DOCKER_HOST` names when it answers, else one of its own.
 * @throws InputError when `DOCKER_HOST` is wrong.
 */
export async function provideEngine(env: NodeJS.ProcessEnv): Promise<BenchEngine> {
  const named = env['DOCKER_HOST'];
  if (!named) return ownEngine("the benchmark's own");
  const found = await findDockerEngine(env);
  if (!found.engine) return ownEngine(`the benchmark's own, since ${named}: ${found.reason}`);
  const { engine } = found;
  const detail = `${engine.version}, DOCKER_HOST`;
  return { engine, source: 'DOCKER_HOST', detail, end: () => Promise.resolve() };
}

async function ownEngine(which: string): Promise<BenchEngine> {
  await sweepPrivateEngines();
  const own = await startPrivateEngine();
  try {
    const found = await findDockerEngine({ DOCKER_HOST: own.host });
    if (!found.engine) throw new Error(`${found.address}: ${found.reason}`);
    const { engine } = found;
    const detail = `${engine.version}, ${which}`;
    return { engine, source: 'private', detail, end: () => own.end() };
  } catch (error) {
    await own.end();
    throw error;
  }
}
