import type Docker from 'dockerode';
import { SetUpError } from '../../errors.ts';
import type { Home } from '../../home.ts';
import { findImage, loadImage } from './load.ts';
import type { HeldImage } from './load.ts';
import { withMinimalImage } from './minimal.ts';
import { packedAs } from './store.ts';

/** Makes the engine hold the image that shows this machine's own libraries and Python environment. */
export const ensureImage = (docker: Docker): Promise<HeldImage> =>
  withMinimalImage((image) => loadImage(docker, image));

/**
 * Makes the engine hold the image that a reference names: one that was packed here is loaded; nothing is pulled.
 *
 * @throws {@link SetUpError} that says how to get it.
 */
export async function ensureNamedImage(
  docker: Docker,
  home: Home,
  reference: string,
): Promise<HeldImage> {
  const packed = await packedAs(home, reference);
  if (packed) return loadImage(docker, packed);
  const held = await findImage(docker, reference);
  if (held) return held;
  const remedy = `Run: docker build -t ${reference} -f infra/images/sandbox/Dockerfile .`;
  const reason = `the engine does not hold ${reference}, which ACE_SANDBOX_IMAGE names.`;
  throw new SetUpError('Docker image', reason, remedy);
}
