import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withMinimalImage } from './minimal.ts';
import { packImage } from './pack.ts';
import type { PackedImage } from './pack.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ace-pack-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Packs a root with these files, made in this order. */
async function pack(name: string, files: readonly string[], date: number): Promise<PackedImage> {
  const root = join(folder, name);
  await mkdir(root);
  for (const file of files) {
    await writeFile(join(root, file), file);
    await utimes(join(root, file), date, date);
  }
  return packImage({ root, folder, logFile: join(folder, 'log') });
}

const inArchive = (file: string, ...path: string[]): string =>
  execFileSync('tar', [path.length ? '-xOf' : '-tf', file, ...path], { encoding: 'utf8' });

it('names an image by its content alone', async () => {
  const one = await pack('one', ['a', 'b'], 1);
  const same = await pack('same', ['b', 'a'], 1000);
  const other = await pack('other', ['a', 'c'], 1);
  expect(same).toEqual(one);
  expect(other.reference).not.toBe(one.reference);
});

it('is an archive that says itself what it holds', async () => {
  const { file, reference, layer } = await pack('root', ['a'], 1);
  const [manifest] = JSON.parse(inArchive(file, 'manifest.json')) as [Record<string, unknown>];
  const config = `${manifest['Config'] as string}`;
  expect(manifest).toMatchObject({ RepoTags: [reference], Layers: ['layer.tar'] });
  const id = createHash('sha256').update(inArchive(file, config)).digest('hex');
  expect(config).toBe(`${id}.json`);
  expect(reference).toBe(`ace-sandbox:${id.slice(0, 16)}`);
  expect(JSON.parse(inArchive(file, config))).toMatchObject({ rootfs: { diff_ids: [layer] } });
  expect((await readdir(folder)).sort()).toEqual([
    `${id}.json`.replace('json', 'tar'),
    'log',
    'root',
  ]);
});

it('makes a minimal image that holds accounts and no program, and leaves no file', async () => {
  const found = await withMinimalImage((image) => {
    execFileSync('tar', ['-xf', image.file, '-C', folder, 'layer.tar']);
    return Promise.resolve(image);
  });
  const list = execFileSync('tar', ['-tvf', join(folder, 'layer.tar')], { encoding: 'utf8' });
  const files = list.split('\n').filter((line) => line.startsWith('-'));
  expect(files.map((line) => line.split(' ').at(-1))).toEqual(['./etc/group', './etc/passwd']);
  for (const line of list.trim().split('\n')) expect(line).toMatch(/^\S+ (0\/0|root\/root) /);
  await expect(readdir(join(found.file, '..'))).rejects.toThrow('ENOENT');
});
