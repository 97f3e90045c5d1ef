import { chmod, lstat, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHome } from '../home.ts';
import { readRecord } from '../servers/record.ts';
import { ensureServers } from '../services/services.ts';
import { makeTemporaryHome, removeTemporaryHome } from '../testing/index.ts';
import { copyOnce } from './binaries.ts';
import { systemFolder } from './folder.ts';
import { postgresVersion } from './server.ts';

it('Postgres runs for a home that only its owner may enter', async () => {
  const home = await makeTemporaryHome(await openHome());
  await chmod(home.root, 0o700);
  try {
    const options = { home, only: ['postgres'], anyPort: true, settings: {} } as const;
    const { postgres } = await ensureServers(options);
    expect(await postgresVersion(postgres.url)).toMatch(/^18\./);
    const linked = (await lstat(join(home.data, 'postgres'))).isSymbolicLink();
    // Root's server is another user, and that one may not enter; anybody else's is themselves.
    expect(linked).toBe(process.getuid?.() === 0);
    const expected = linked ? systemFolder : await realpath(home.data);
    expect((await readRecord(home, 'postgres'))?.dataFolder.startsWith(expected)).toBe(true);
  } finally {
    await removeTemporaryHome(home);
  }
});

it('copies binaries once, whoever asks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ace-copy-'));
  const from = join(folder, 'from');
  await copyOnce(import.meta.dirname, folder, 'from');
  const copies = await Promise.all([1, 2].map(() => copyOnce(from, folder, 'to')));
  expect(copies).toEqual([join(folder, 'to'), join(folder, 'to')]);
  await writeFile(join(from, 'server.ts'), 'changed later');
  await copyOnce(from, folder, 'to');
  expect(await readFile(join(folder, 'to', 'server.ts'), 'utf8')).not.toBe('changed later');
  await rm(folder, { recursive: true });
});
