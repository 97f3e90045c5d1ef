import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountsBelow, unmountBelow } from './mounts.ts';

let folder: string;
let user: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ace-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', 'ace-test', folder]);
});
afterEach(async () => {
  user?.kill('SIGKILL');
  user = null;
  await unmountBelow(folder);
  rmSync(folder, { recursive: true });
});

const useFor = (seconds: number): void => {
  user = spawn('sleep', [String(seconds)], { cwd: folder });
};

describe('unmounting', () => {
  it('waits for the last user of a mount', async () => {
    useFor(1);
    const began = performance.now();
    await unmountBelow(folder);
    expect(await mountsBelow(folder)).toEqual([]);
    expect(performance.now() - began).toBeGreaterThan(500);
  });

  it('detaches what stays busy', async () => {
    useFor(1000);
    await unmountBelow(folder);
    expect(await mountsBelow(folder)).toEqual([]);
  });
});
