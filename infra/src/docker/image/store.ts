import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../../home.ts';
import { readFileIfAny, writeFileAtomically } from '../../servers/atomic-file.ts';
import type { PackedImage } from './pack.ts';

const folderOf = (home: Home): string => join(home.cache, 'images');

/** The image that was packed under this key, or null when its file is gone or was never there. */
export async function packedImage(home: Home, key: string): Promise<PackedImage | null> {
  const text = await readFileIfAny(join(folderOf(home), `${key}.json`));
  if (text === null) return null;
  const image = JSON.parse(text) as PackedImage;
  return access(image.file).then(
    () => image,
    () => null,
  );
}

export async function rememberImage(
  home: Home,
  key: string,
  image: PackedImage,
): Promise<PackedImage> {
  await writeFileAtomically(join(folderOf(home), `${key}.json`), JSON.stringify(image));
  return image;
}

/** The packed image of this reference, under whatever key. */
export async function packedAs(home: Home, reference: string): Promise<PackedImage | null> {
  const names = await readdir(folderOf(home)).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const image = await packedImage(home, name.slice(0, -'.json'.length));
    if (image?.reference === reference) return image;
  }
  return null;
}
