import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensurePackages } from './packages.mjs';

/** Stands in for npm: notes that it ran and writes its record last, as npm does. */
const npm = `
  const fs = require('node:fs');
  fs.appendFileSync('runs', process.argv.slice(2).join(' ') + '\\n');
  if (fs.existsSync('broken')) { console.log('npm error 404'); process.exit(7); }
  fs.mkdirSync('node_modules', { recursive: true });
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`;

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'ace-packages-'));
  await writeFile(join(project, 'npm-cli.js'), npm);
  await lock('1.0.0');
  vi.stubEnv('npm_execpath', join(project, 'npm-cli.js'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(project, { recursive: true });
});

const lock = (version: string) =>
  writeFile(
    join(project, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } }),
  );
const runs = async (): Promise<number> =>
  (await readFile(join(project, 'runs'), 'utf8')).trimEnd().split('\n').length;
const ensure = () => ensurePackages(project, () => undefined);

describe('ensurePackages', () => {
  it('installs once for a lock file', async () => {
    expect(await ensure()).toBe('installed');
    expect(await ensure()).toBe('found');
    expect(await runs()).toBe(1);
  });

  it('installs again when the lock file has changed', async () => {
    await ensure();
    await lock('1.0.1');
    expect(await ensure()).toBe('installed');
    expect(await ensure()).toBe('found');
    expect(await runs()).toBe(2);
  });

  it('takes what npm installed by hand', async () => {
    await ensure();
    await rm(join(project, 'node_modules', '.ace-lock.sha256'));
    expect(await ensure()).toBe('found');
    expect(await runs()).toBe(1);
  });

  it('installs again after an installation that was interrupted', async () => {
    await ensure();
    await rm(join(project, 'node_modules', '.ace-lock.sha256'));
    await rm(join(project, 'node_modules', '.package-lock.json'));
    expect(await ensure()).toBe('installed');
  });

  it('installs once for two commands at once', async () => {
    expect((await Promise.all([ensure(), ensure()])).sort()).toEqual(['found', 'installed']);
    expect(await runs()).toBe(1);
  });

  it('shows the end of npm’s log when it fails, and where the rest is', async () => {
    await writeFile(join(project, 'broken'), '');
    const log = join(project, 'npm-ci.log');
    await expect(ensure()).rejects.toThrow(
      `npm ci failed with status 7\n  | npm error 404\n  whole log: ${log}`,
    );
    expect((await stat(log)).isFile()).toBe(true);
  });
});
