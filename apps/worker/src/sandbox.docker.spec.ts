import type { Limits } from '@ace/config';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSandbox, type SandboxOptions } from './sandbox.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ace-worker-'));
});
afterEach(() => rm(home, { recursive: true }));

const optionsWith = (changes: Partial<SandboxOptions>): SandboxOptions => ({
  ...{ home, python: process.env['ACE_SOLUTION_PYTHON'] ?? '', setting: 'auto', cpus: null },
  env: { DOCKER_HOST: process.env['ACE_TEST_DOCKER_HOST'] },
  isBusy: () => Promise.resolve(false),
  isOwned: () => Promise.resolve(false),
  ...changes,
});
const open = async (changes: Partial<SandboxOptions> = {}): Promise<string> =>
  (await openSandbox(optionsWith(changes))).kind;

it('takes Docker where an engine can serve, and stays there while runs are under way', async () => {
  expect(await open()).toBe('docker');
  expect(await readFile(join(home, 'sandbox-kind'), 'utf8')).toBe('docker');
  const noEngine = { env: { DOCKER_HOST: `unix://${home}/none.sock` } };
  await expect(open({ ...noEngine, isBusy: () => Promise.resolve(true) })).rejects.toThrow(
    /sandboxes are in docker/,
  );
  expect(await open(noEngine)).toBe('bubblewrap');
});

it('does not go over to Docker in the middle of a run', async () => {
  await writeFile(join(home, 'sandbox-kind'), 'bubblewrap');
  expect(await open({ isBusy: () => Promise.resolve(true) })).toBe('bubblewrap');
  expect(await open()).toBe('docker');
});

it('names an image that the engine does not hold, and how to get it', async () => {
  const env = { DOCKER_HOST: process.env['ACE_TEST_DOCKER_HOST'], ACE_SANDBOX_IMAGE: 'none:1' };
  await expect(open({ env, setting: 'docker' })).rejects.toThrow(
    /does not hold none:1, which ACE_SANDBOX_IMAGE names\.\n.*docker build/,
  );
});

const name = { run: 'run', attempt: 'attempt', execution: 1 };
const limits: Limits = {
  ...{ cpuSeconds: 5, wallSeconds: 60, memoryBytes: 512 << 20, processes: 16 },
  ...{ diskBytes: 16 << 20, outputBytes: 1 << 16 },
};

it('gives programs the share of a processor that is asked for', async () => {
  const sandbox = await openSandbox(optionsWith({ cpus: 0.2, setting: 'docker' }));
  const publicData = join(home, 'public');
  await mkdir(publicData, { mode: 0o755 });
  const code = 'import time\nwhile time.process_time() < 0.5: pass';
  await sandbox.start(name, { code, publicData, limits });
  await sandbox.wait(name);
  expect((await sandbox.collect(name)).wallSeconds).toBeGreaterThan(2);
  await sandbox.remove(name);
});

it('refuses a share that is too little for the limits of a program', async () => {
  const sandbox = await openSandbox(optionsWith({ cpus: 0.1, setting: 'docker' }));
  const started = sandbox.start(name, { code: 'pass', publicData: home, limits });
  await expect(started).rejects.toThrow('0.1 of a processor (ACE_SANDBOX_CPUS) is too little');
});
