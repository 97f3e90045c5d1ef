import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { homeAt, openHome } from '../home.ts';
import { fakeProgram } from '../testing/fake-program.ts';
import { findTemporal, serverVersion } from './program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ace-temporal-'));
  vi.stubEnv('PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const says = (server: string): string =>
  `echo 'temporal version 1.3.0 (Server ${server}, UI 2.36.0)'`;

describe('findTemporal', () => {
  it('takes the PATH before the cache', async () => {
    const file = await fakeProgram(folder, 'temporal', says('1.27.1'));
    expect(await findTemporal(await openHome())).toEqual({
      file,
      version: '1.27.1',
      source: 'PATH',
    });
  });

  it('takes the cache before one on the PATH that is too old', async () => {
    await fakeProgram(folder, 'temporal', says('1.20.4'));
    expect(await findTemporal(await openHome())).toMatchObject({ source: 'cache' });
  });

  it('takes what the SDK once downloaded', async () => {
    const home = homeAt(folder);
    await mkdir(join(home.cache, 'temporal'), { recursive: true });
    const file = await fakeProgram(
      join(home.cache, 'temporal'),
      'temporal-cli-default',
      says('1.30.0'),
    );
    expect(await findTemporal(home)).toEqual({ file, version: '1.30.0', source: 'cache' });
  });

  it('finds nothing where nothing is', async () => {
    expect(await findTemporal(homeAt(folder))).toBeNull();
  });
});

describe('serverVersion', () => {
  it('reads what the program prints', () => {
    expect(serverVersion('temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)')).toBe('1.32.0');
    expect(serverVersion('something else')).toBeNull();
  });
});
