import Docker from 'dockerode';
import { printSteps } from '../../bootstrap/progress.mjs';
import { findDockerEngine } from '../docker/engine.ts';
import { ensureImage } from '../docker/image/ensure-image.ts';
import { tellStep } from '../steps.ts';
import { startPrivateEngine, sweepPrivateEngines } from './private-engine.ts';

/** Where the specs find an engine, and how it is ended afterwards. */
interface TestEngine {
  readonly host: string;
  readonly detail: string;
  end(): Promise<void>;
}

/**
 * Vitest's global set-up of the specs that need a Docker engine: the one that `DOCKER_HOST` names when it
 * answers, else one of their own, ended afterwards with all that it left. Specs read `ACE_TEST_DOCKER_HOST`,
 * a `unix://` address, and `ACE_TEST_DOCKER_IMAGE`, the reference of the minimal image there.
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
  const image = await ensureImage(new Docker({ socketPath: engine.host.replace('unix://', '') }));
  process.env['ACE_TEST_DOCKER_IMAGE'] = image.reference;
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
  const { address, version } = found.engine;
  if (!address.startsWith('unix://')) {
    throw new Error(`DOCKER_HOST: tests need an engine of this machine (unix://…), got "${named}"`);
  }
  return { host: address, detail: `${version}, DOCKER_HOST`, end: () => Promise.resolve() };
}

async function ownEngine(detail: string): Promise<TestEngine> {
  const engine = await startPrivateEngine();
  return { host: engine.host, detail, end: () => engine.end() };
}
