import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runLogged } from '../../run-logged.ts';

/** An image as a file that every engine loads, with the same content id in all that name images by their config. */
export interface PackedImage {
  /** `ace-sandbox:<start of the content id>`. */
  readonly reference: string;
  /** `sha256:…` of its only layer. */
  readonly layer: string;
  /** The archive, as `docker load` reads it. */
  readonly file: string;
}

export interface PackOptions {
  /** Folder that becomes the root file system. */
  readonly root: string;
  /** Whether its files keep their owners; else all are root's. */
  readonly keepOwners?: boolean;
  /** Existing folder for the archive. */
  readonly folder: string;
  readonly logFile: string;
}

const packMs = 600_000;
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
/** Equal folders make equal archives: neither the order nor the dates of their files matter. */
const alike = ['--sort=name', '--mtime=@0', '--format=gnu'];

/**
 * One layer and a configuration without a date. What `docker import` makes holds the time of the import, so its id
 * would say nothing.
 */
export async function packImage(options: PackOptions): Promise<PackedImage> {
  const { root, folder, logFile, keepOwners = false } = options;
  const owners = keepOwners ? ['--numeric-owner'] : ['--owner=0', '--group=0', '--numeric-owner'];
  const work = await mkdtemp(join(folder, 'new-'));
  const archive = (file: string, from: string, names: string[]): Promise<void> =>
    runLogged('tar', [...alike, ...owners, '-cf', file, '-C', from, ...names], {
      ...{ logFile, timeoutMs: packMs },
    });
  try {
    await archive(join(work, 'layer.tar'), root, ['.']);
    const layer = `sha256:${await hashOf(join(work, 'layer.tar'))}`;
    const configuration = configurationOf(layer);
    const id = createHash('sha256').update(configuration).digest('hex');
    const reference = `ace-sandbox:${id.slice(0, 16)}`;
    const manifest = [{ Config: `${id}.json`, RepoTags: [reference], Layers: ['layer.tar'] }];
    await writeFile(join(work, `${id}.json`), configuration);
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest));
    await archive(join(work, 'image'), work, [`${id}.json`, 'layer.tar', 'manifest.json']);
    const file = join(folder, `${id}.tar`);
    await rename(join(work, 'image'), file);
    return { reference, layer, file };
  } finally {
    await rm(work, { recursive: true });
  }
}

const configurationOf = (layer: string): string =>
  JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { User: '65533:65533' },
    rootfs: { type: 'layers', diff_ids: [layer] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'acegrpo' }],
  });

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
