import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArtifactStore, openArtifacts, sha256 } from './artifacts.ts';

let folder: string;
let artifacts: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ace-artifacts-'));
  artifacts = openArtifacts(join(folder, 'store'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('an artifact store', () => {
  it('names content by its hash and gives it back', async () => {
    const name = await artifacts.put('print(1)');
    expect(name).toBe(sha256('print(1)'));
    expect((await artifacts.get(name)).toString()).toBe('print(1)');
    const bytes = new Uint8Array([0, 255, 10]);
    expect([...(await artifacts.get(await artifacts.put(bytes)))]).toEqual([...bytes]);
  });

  it('leaves one whole file when several write the same', async () => {
    const names = await Promise.all([1, 2, 3, 4].map(() => artifacts.put('same')));
    expect(new Set(names).size).toBe(1);
    const files = await readdir(join(folder, 'store'), { recursive: true });
    expect(files.filter((file) => file.includes(names[0]!))).toHaveLength(1);
  });

  it('notices damage, and what it does not have', async () => {
    const name = await artifacts.put('whole');
    await writeFile(artifacts.pathOf(name), 'damaged');
    await expect(artifacts.get(name)).rejects.toThrow(`artifact ${name} is damaged`);
    await expect(artifacts.get(sha256('never put'))).rejects.toThrow(/ENOENT/);
  });

  it('sweeps what a dead writer left, and neither artifacts nor what is being written', async () => {
    expect(await artifacts.sweep(0)).toEqual([]);
    const name = await artifacts.put('whole');
    const dead = `${name}.0b2ba2b8-3f04-4b0b-8a3c-4a3a0d9c7a11`;
    const writing = `${name}.1b2ba2b8-3f04-4b0b-8a3c-4a3a0d9c7a11`;
    const inStore = (file: string): string => join(artifacts.pathOf(name), '..', file);
    await writeFile(inStore(dead), 'who');
    await writeFile(inStore(writing), 'wh');
    await writeFile(inStore('notes.txt'), 'of the owner');
    const longAgo = new Date(Date.now() - 7_200_000);
    for (const file of [dead, name, 'notes.txt']) await utimes(inStore(file), longAgo, longAgo);

    expect(await artifacts.sweep(3_600_000)).toEqual([dead]);
    expect(await artifacts.sweep(3_600_000)).toEqual([]);
    expect((await artifacts.get(name)).toString()).toBe('whole');
    expect((await readdir(inStore('.'))).sort()).toEqual([name, writing, 'notes.txt'].sort());
  });
});
