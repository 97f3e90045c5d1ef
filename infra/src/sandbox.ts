import { ensureBubblewrap } from './bubblewrap.ts';
import { findDockerEngine } from './docker/engine.ts';
import type { DockerEngine } from './docker/engine.ts';
import { ensureImage, ensureNamedImage } from './docker/image/ensure-image.ts';
import type { HeldImage } from './docker/image/load.ts';
import { SetUpError } from './errors.ts';
import type { Home } from './home.ts';
import { SandboxKind, sandboxSetting } from './sandbox-setting.ts';

/** An engine that can serve, and the image that it holds for that. */
export interface DockerProvided {
  readonly engine: DockerEngine;
  readonly image: HeldImage;
}

/**
 * The engine, made to hold the image: the one that `ACE_SANDBOX_IMAGE` names, else the one that shows this
 * machine's own Python environment.
 *
 * @throws {@link SetUpError} that says what is missing and what mends it; InputError for a wrong `DOCKER_HOST`.
 */
export async function provideDocker(home: Home, env: NodeJS.ProcessEnv): Promise<DockerProvided> {
  const found = await findDockerEngine(env);
  if (!found.engine) {
    throw new SetUpError(
      'Docker engine',
      `${found.address}: ${found.reason}.`,
      `Run: ${found.remedy}`,
    );
  }
  const { engine } = found;
  const named = env['ACE_SANDBOX_IMAGE'];
  const image = await (named
    ? ensureNamedImage(engine.docker, home, named)
    : ensureImage(engine.docker));
  return { engine, image };
}

/** Provides what contains programs by what `ACE_SANDBOX` asks for; tells what it is. */
export async function ensureSandbox(home: Home, env: NodeJS.ProcessEnv): Promise<string> {
  const setting = sandboxSetting(env);
  if (setting !== SandboxKind.Bubblewrap) {
    try {
      const { engine, image } = await provideDocker(home, env);
      return `Docker ${engine.version.split('+')[0]}, ${image.reference}`;
    } catch (error) {
      if (setting === SandboxKind.Docker || !(error instanceof SetUpError)) throw error;
    }
  }
  const { version, source } = await ensureBubblewrap(home);
  return `bubblewrap ${version}, ${source}`;
}
