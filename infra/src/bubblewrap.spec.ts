import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { containsPrograms, ensureBubblewrap, findBubblewrap } from './bubblewrap.ts';
import { homeAt } from './home.ts';
import { fakeProgram } from './testing/fake-program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ace-bubblewrap-'));
  vi.stubEnv('PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const asUser = (uid: number) => vi.spyOn(process, 'getuid').mockReturnValue(uid);
/** A package manager that puts a program on the PATH. */
const installer = () =>
  fakeProgram(
    folder,
    'apt-get',
    `[ "$1" = update ] || printf '#!/bin/sh\\necho bubblewrap 9.9.9\\n' > ${folder}/bwrap
     [ "$1" = update ] || /bin/chmod 755 ${folder}/bwrap`,
  );

describe('ensureBubblewrap', () => {
  it('takes the one on the PATH', async () => {
    const file = await fakeProgram(folder, 'bwrap', 'echo bubblewrap 0.8.0');
    const found = { file, version: '0.8.0', source: 'PATH' };
    expect(await ensureBubblewrap(homeAt(folder))).toEqual(found);
  });

  it('lets the package manager install it for root', async () => {
    await installer();
    asUser(0);
    const found = await ensureBubblewrap(homeAt(folder));
    expect(found).toMatchObject({ version: '9.9.9', source: 'package manager' });
  });

  it('tells anybody else the one command that installs it', async () => {
    await installer();
    asUser(1000);
    await expect(ensureBubblewrap(homeAt(folder))).rejects.toThrow(
      'bubblewrap: it is not installed.\n' +
        '  Run: sudo apt-get install -y --no-install-recommends bubblewrap',
    );
    expect(await findBubblewrap()).toBeNull();
  });

  it('shows why the package manager failed', async () => {
    await fakeProgram(folder, 'apt-get', 'echo E: no such package; exit 100');
    asUser(0);
    const installing = ensureBubblewrap(homeAt(folder));
    await expect(installing).rejects.toThrow(/failed with status 100[^]*E: no such package/);
  });
});

describe('containsPrograms', () => {
  it('finds that this machine can', async () => {
    vi.unstubAllEnvs();
    const bubblewrap = await findBubblewrap();
    expect(await containsPrograms(bubblewrap?.file ?? '')).toBeNull();
  });

  it('passes on what bubblewrap says when it cannot', async () => {
    const refused = 'bwrap: No permissions to create new namespace';
    const file = await fakeProgram(folder, 'bwrap', `echo '${refused}' >&2; exit 1`);
    expect(await containsPrograms(file)).toBe(refused);
  });
});
