import { InputError, type Limits } from '@ace/config';
import { type BubblewrapSandbox, type Sandbox, SandboxUnavailableError } from '@ace/sandbox';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSandbox, type SandboxOptions } from './sandbox.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ace-worker-'));
});
afterEach(() => rm(home, { recursive: true }));

const options = (changes: Partial<SandboxOptions> = {}): SandboxOptions => ({
  ...{ home, python: process.env['ACE_SOLUTION_PYTHON'] ?? '', setting: 'auto', cpus: null },
  env: { DOCKER_HOST: `unix://${home}/none.sock` },
  isBusy: () => Promise.resolve(false),
  isOwned: () => Promise.resolve(true),
  ...changes,
});
const limits: Limits = {
  ...{ cpuSeconds: 5, wallSeconds: 60, memoryBytes: 512 << 20, processes: 16 },
  ...{ diskBytes: 16 << 20, outputBytes: 1 << 16 },
};
const busy = { isBusy: () => Promise.resolve(true) };
/** Wall time of a program. */
async function secondsOf(sandbox: Sandbox, code: string): Promise<number> {
  const name = { run: 'run', attempt: 'attempt', execution: 1 };
  const publicData = join(home, 'public');
  await mkdir(publicData, { mode: 0o755 });
  await sandbox.start(name, { code, publicData, limits });
  await sandbox.wait(name);
  await (sandbox as BubblewrapSandbox).endPreloaded();
  return (await sandbox.collect(name)).wallSeconds;
}

const lastKind = (): Promise<string> => readFile(join(home, 'sandbox-kind'), 'utf8');

describe('openSandbox without a Docker engine', () => {
  it('takes bubblewrap, and remembers it', async () => {
    expect((await openSandbox(options())).kind).toBe('bubblewrap');
    expect(await lastKind()).toBe('bubblewrap');
  });

  it('gives programs the share of a processor that is asked for', async () => {
    const sandbox = await openSandbox(options({ cpus: 0.25 }));
    expect(
      await secondsOf(sandbox, 'import time\nwhile time.process_time() < 0.4: pass'),
    ).toBeGreaterThan(1);
  });

  it('refuses where Docker is asked for, and says why it is not there', async () => {
    const refused = openSandbox(options({ setting: 'docker' }));
    await expect(refused).rejects.toThrow(/^Docker engine: unix:\S+: no engine listens there/);
  });

  it('does not leave Docker while runs are under way, and says how to', async () => {
    await writeFile(join(home, 'sandbox-kind'), 'docker');
    const refused = openSandbox(options(busy));
    await expect(refused).rejects.toThrow(SandboxUnavailableError);
    await expect(openSandbox(options(busy))).rejects.toThrow(
      /whose sandboxes are in docker: [^]*\(mend it, or set ACE_SANDBOX=bubblewrap/,
    );
    const told = options({ ...busy, setting: 'bubblewrap' });
    expect((await openSandbox(told)).kind).toBe('bubblewrap');
  });

  it('names a setting that is wrong instead of passing over it', async () => {
    const wrong = openSandbox(options({ env: { DOCKER_HOST: 'nonsense' } }));
    await expect(wrong).rejects.toThrow(InputError);
  });

  it('says how to get either where neither can be had', async () => {
    const nothing = openSandbox(options({ python: join(home, 'none') }));
    await expect(nothing).rejects.toThrow(
      /^nothing here can contain programs\n {2}no bubblewrap: .*\n {2}no Docker: .*\n.*Run: /,
    );
  });
});
