import type Docker from 'dockerode';
import { printSteps } from '../../bootstrap/progress.mjs';
import { findDockerEngine } from '../docker/engine.ts';
import { ensureImage } from '../docker/image/ensure-image.ts';
import { findImage } from '../docker/image/load.ts';
import { tellStep } from '../steps.ts';
import { startPrivateEngine, sweepPrivateEngines } from './private-engine.ts';

/** Where the specs find an engine, and how it is left as it was. */
interface TestEngine {
  readonly host: string;
  readonly image: string;
  readonly detail: string;
  end(): Promise<void>;
}

/**
 * Vitest's global set-up of the specs that need a Docker engine: the one that `DOCKER_HOST` names when it
 * answers, else one of their own, ended afterwards with all that it left. Specs read `ACE_TEST_DOCKER_HOST`, a
 * `unix://` address, and `ACE_TEST_DOCKER_IMAGE`, an image that it holds for this machine's own Python.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  await sweepPrivateEngines();
  const engine = await tellStep(
    printSteps(process.stderr),
    'Docker engine',
    'starting one for the tests',
    provideEngine,
    ({ detail }) => detail,
  );
  process.env['ACE_TEST_DOCKER_HOST'] = engine.host;
  process.env['ACE_TEST_DOCKER_IMAGE'] = engine.image;
  return async () => {
    await engine.end();
    await sweepPrivateEngines();
  };
}

async function provideEngine(): Promise<TestEngine> {
  const named = process.env['DOCKER_HOST'];
  if (!named) return ownEngine('the tests’ own');
  const found = await findDockerEngine();
  if (!found.engine) return ownEngine(`the tests’ own, since ${named}: ${found.reason}`);
  const { docker, address, version } = found.engine;
  if (!address.startsWith('unix://')) {
    throw new Error(`DOCKER_HOST: tests need an engine of this machine (unix://…), got "${named}"`);
  }
  const { reference, end } = await borrowImage(docker);
  return { host: address, image: reference, detail: `${version}, DOCKER_HOST`, end };
}

/** Somebody else's engine keeps the image only if it held it before. */
async function borrowImage(
  docker: Docker,
): Promise<{ reference: string; end: () => Promise<void> }> {
  const before = new Set((await docker.listImages()).map(({ Id }) => Id));
  const { reference, id } = await ensureImage(docker);
  const end = async (): Promise<void> => {
    if (before.has(id) || !(await findImage(docker, reference))) return;
    // In use meanwhile: then it is not ours alone.
    await docker.getImage(reference).remove().catch(unlessInUse);
  };
  return { reference, end };
}

function unlessInUse(error: Error & { statusCode?: number }): void {
  if (error.statusCode !== 409) throw error;
}

async function ownEngine(detail: string): Promise<TestEngine> {
  const engine = await startPrivateEngine();
  try {
    const found = await findDockerEngine({ DOCKER_HOST: engine.host });
    if (!found.engine) throw new Error(`${found.address}: ${found.reason}`);
    const { reference } = await ensureImage(found.engine.docker);
    return { host: engine.host, image: reference, detail, end: () => engine.end() };
  } catch (error) {
    await engine.end();
    throw error;
  }
}
