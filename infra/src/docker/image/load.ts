import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { SetUpError } from '../../errors.ts';
import { questionMs } from '../engine.ts';
import type { PackedImage } from './pack.ts';

/** An image that an engine holds. */
export interface HeldImage {
  readonly reference: string;
  /** The engine's own id, `sha256:…`: what a record names, since a tag can be moved. */
  readonly id: string;
}

/** What is used of an engine's description of an image. */
interface Description {
  Id: string;
  RootFS: { Layers?: string[] };
}

/** A gigabyte takes a slow disk minutes. */
const loadMs = 600_000;

/**
 * Makes the engine hold an image; one that it holds already is only looked at.
 *
 * @throws {@link SetUpError} when the engine does not take it.
 */
export async function loadImage(docker: Docker, image: PackedImage): Promise<HeldImage> {
  const { reference } = image;
  const held = await describeImage(docker, reference);
  if (held && isSame(held, image)) return { reference, id: held.Id };
  const said = await load(docker, image.file);
  const loaded = await describeImage(docker, reference);
  if (loaded && isSame(loaded, image)) return { reference, id: loaded.Id };
  const reason = `the engine did not take ${reference}: ${said.trim() || 'it says nothing'}`;
  throw new SetUpError('Docker image', reason, `Try: docker load -i ${image.file}`);
}

/** The image of that name, or null when the engine holds none. */
export async function findImage(docker: Docker, reference: string): Promise<HeldImage | null> {
  const held = await describeImage(docker, reference);
  return held && { reference, id: held.Id };
}

async function describeImage(docker: Docker, reference: string): Promise<Description | null> {
  // dockerode passes the signal on; its types leave it out.
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

/** A name says little: somebody may have given it to another image. */
const isSame = (held: Description, image: PackedImage): boolean =>
  held.RootFS.Layers?.length === 1 && held.RootFS.Layers[0] === image.layer;

/** What the engine says, its errors included: they come inside an answer that is fine. */
async function load(docker: Docker, file: string): Promise<string> {
  const answer = await docker.loadImage(file, { abortSignal: AbortSignal.timeout(loadMs) });
  return text(answer as Readable);
}
