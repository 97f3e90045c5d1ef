import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { homeAt } from '../home.ts';
import { ensureChromium } from './chromium.ts';
import { fakeProgram } from './fake-program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ace-chromium-'));
  vi.stubEnv('PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const asUser = (uid: number) => vi.spyOn(process, 'getuid').mockReturnValue(uid);
const ensured = () => ensureChromium(homeAt(folder));

describe('ensureChromium', () => {
  it.each(['chromium', 'chromium-browser', 'google-chrome'])(
    'takes %s from the PATH',
    async (name) => {
      const file = await fakeProgram(folder, name, 'echo Chromium 156.0');
      expect(await ensured()).toBe(file);
    },
  );

  it('passes over a program that only says how to install it', async () => {
    await fakeProgram(folder, 'chromium-browser', 'echo snap install chromium >&2; exit 1');
    const file = await fakeProgram(folder, 'google-chrome', 'echo Google Chrome 156.0');
    expect(await ensured()).toBe(file);
  });

  it('lets the package manager install it for root', async () => {
    const file = join(folder, 'chromium');
    const script = `[ "$1" = update ] && exit
      printf '#!/bin/sh\\necho Chromium 156.0\\n' > ${file}; /bin/chmod 755 ${file}`;
    await fakeProgram(folder, 'apt-get', script);
    asUser(0);
    expect(await ensured()).toBe(file);
  });

  it('tells anybody else the one command that installs it', async () => {
    await fakeProgram(folder, 'apt-get', 'exit 1');
    asUser(1000);
    await expect(ensured()).rejects.toThrow(
      'Chromium: it is not installed.\n' +
        '  Run: sudo apt-get install -y --no-install-recommends chromium',
    );
  });

  it('says why it could not be installed, and what to do', async () => {
    await fakeProgram(folder, 'apt-get', 'echo E: no such package; exit 100');
    asUser(0);
    await expect(ensured()).rejects.toThrow(
      /could not be installed[^]*E: no such package[^]*Run: apt-get install .* chromium$/,
    );
  });

  it('says what is wrong when the package brings nothing that runs', async () => {
    await fakeProgram(folder, 'apt-get', 'exit 0');
    asUser(0);
    await expect(ensured()).rejects.toThrow('on the PATH runs');
  });
});
