import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { SetUpError } from '../../errors.ts';
import { questionMs } from '../engine.ts';
import { imageOf, layerOf } from './image.ts';
import type { Image } from './image.ts';
import { minimalRoot } from './minimal.ts';
import { tarOf } from './tar.ts';

/** An image that an engine holds. */
export interface HeldImage {
  readonly reference: string;
  /** The engine's own id, `sha256:…`: what a record names, since a tag can be moved. */
  readonly id: string;
}

/** Loading writes some megabytes at least; a gigabyte takes a slow disk minutes. */
const loadMs = 600_000;

/** Makes the engine hold the image of this project that needs no registry; what it holds already is only looked at. */
export const ensureImage = async (docker: Docker): Promise<HeldImage> =>
  ensureLoaded(docker, await minimalImage());

/** The default image, the same wherever the system's folders are laid out as here. */
export const minimalImage = async (): Promise<Image> =>
  imageOf(await layerOf(tarOf(await minimalRoot())));

/** @throws {@link SetUpError} when the engine does not take it, or holds something else after all. */
export async function ensureLoaded(docker: Docker, image: Image): Promise<HeldImage> {
  const held = await findImage(docker, image.reference);
  if (held && isSame(held, image)) return describe(held, image);
  const said = await load(docker, image);
  const loaded = await findImage(docker, image.reference);
  if (loaded && isSame(loaded, image)) return describe(loaded, image);
  const reason = `the engine did not take ${image.reference}: ${said.trim() || 'it says nothing'}`;
  throw new SetUpError('Docker image', reason, 'Look at: docker info');
}

/** What is used of an image's description. */
interface Description {
  Id: string;
  RootFS: { Layers?: string[] };
}

/** An image as the engine describes it, or null when it holds none of that name. */
export async function findImage(docker: Docker, reference: string): Promise<Description | null> {
  const image = docker.getImage(reference) as unknown as {
    inspect(options: { abortSignal: AbortSignal }): Promise<Description>;
  };
  return image
    .inspect({ abortSignal: AbortSignal.timeout(questionMs) })
    .catch((error: Error & { statusCode?: number }) => {
      if (error.statusCode === 404) return null;
      throw error;
    });
}

/** A name says little: somebody may have tagged another image with it. */
const isSame = (held: Description, image: Image): boolean =>
  held.RootFS.Layers?.length === 1 && held.RootFS.Layers[0] === image.layer;

const describe = ({ Id }: Description, { reference }: Image): HeldImage => ({ reference, id: Id });

/** What the engine says, its errors included: they come inside an answer that is fine. */
async function load(docker: Docker, image: Image): Promise<string> {
  const abortSignal = AbortSignal.timeout(loadMs);
  const answer = await docker.loadImage(Readable.from(image.archive()), { abortSignal });
  return text(answer as Readable);
}
