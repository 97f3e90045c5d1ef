import { createHash } from 'node:crypto';
import { tarOf } from './tar.ts';
import type { TarContent } from './tar.ts';

/** An image that can be loaded into any engine and has the same content id in all of them. */
export interface Image {
  /** `ace-sandbox:<start of the content id>`. */
  readonly reference: string;
  /** `sha256:…` of its only layer, uncompressed. */
  readonly layer: string;
  /** As `docker load` reads it. */
  archive(): AsyncIterable<Uint8Array>;
}

/** An image's root file system: a tar archive, and how to read it as often as wanted. */
export interface Layer {
  readonly sha256: string;
  readonly size: number;
  read(): AsyncIterable<Uint8Array>;
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * One layer and a configuration without a date, so that the id depends on the content alone (an imported image's
 * would hold the time of its import).
 */
export function imageOf(layer: Layer): Image {
  const configuration = JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { User: '65533:65533', WorkingDir: '/attempt' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer.sha256}`] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'acegrpo' }],
  });
  const id = createHash('sha256').update(configuration).digest('hex');
  const reference = `ace-sandbox:${id.slice(0, 16)}`;
  const manifest = [{ Config: `${id}.json`, RepoTags: [reference], Layers: ['layer.tar'] }];
  const content: TarContent = { size: layer.size, bytes: layer.read() };
  return {
    reference,
    layer: `sha256:${layer.sha256}`,
    archive: () =>
      tarOf([
        { path: `${id}.json`, kind: 'file', content: configuration },
        { path: 'layer.tar', kind: 'file', content },
        { path: 'manifest.json', kind: 'file', content: JSON.stringify(manifest) },
      ]),
  };
}

/** A layer that is small enough to be held in memory. */
export async function layerOf(archive: AsyncIterable<Uint8Array>): Promise<Layer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  async function* read(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  }
  return { sha256, size: bytes.length, read };
}
