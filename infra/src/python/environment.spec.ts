import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homeAt, openHome } from '../home.ts';
import type { Home } from '../home.ts';
import { outputOf } from '../run-output.ts';
import { ensurePython, isInstalled, pythonFolder, solutionPython } from './environment.ts';
import { lockFile, lockHash, lockNames } from './lock-files.ts';
import { readFile } from 'node:fs/promises';

let home: Home;
beforeEach(async () => void (home = homeAt(await mkdtemp(join(tmpdir(), 'ace-environment-')))));
afterEach(() => rm(home.root, { recursive: true }));

/** What an installation leaves, without the packages. */
async function install(stamp: string): Promise<void> {
  await mkdir(dirname(solutionPython(home)), { recursive: true });
  await symlink(process.execPath, solutionPython(home));
  await writeFile(join(pythonFolder(home, 'solution'), 'lock.sha256'), stamp);
}

describe('isInstalled', () => {
  it('asks for the stamp of the present lock file', async () => {
    expect(await isInstalled(home, 'solution')).toBe(false);
    await install(await lockHash('solution'));
    expect(await isInstalled(home, 'solution')).toBe(true);
  });

  it('denies an installation of another lock file', async () => {
    await install(await lockHash('tools'));
    expect(await isInstalled(home, 'solution')).toBe(false);
  });

  it('denies one whose interpreter is gone', async () => {
    await install(await lockHash('solution'));
    await rm(solutionPython(home));
    await symlink('/nowhere/python3', solutionPython(home));
    expect(await isInstalled(home, 'solution')).toBe(false);
  });
});

describe('ensurePython', () => {
  it('only looks when all is there, in well under 300 ms', async () => {
    const shared = await openHome();
    const start = performance.now();
    const found = await Promise.all(lockNames.map((name) => ensurePython(shared, name)));
    expect(performance.now() - start).toBeLessThan(300);
    expect(found).toEqual(['found', 'found', 'found']);
  });

  it('has installed what the lock file names', async () => {
    const python = solutionPython(await openHome());
    const versions = await outputOf(python, ['-I', '-m', 'pip', 'freeze']);
    for (const pinned of await pins('solution')) expect(versions?.split('\n')).toContain(pinned);
  });
});

const pins = async (name: 'solution' | 'data' | 'tools'): Promise<string[]> =>
  (await readFile(lockFile(name), 'utf8')).match(/^[\w-]+==[\w.]+/gm) ?? [];

describe('the lock files', () => {
  it.each(lockNames)('%s pins every package with hashes and names no registry', async (name) => {
    const text = await readFile(lockFile(name), 'utf8');
    const packages = text.split(/^(?=\S)/m);
    expect(packages).toHaveLength((await pins(name)).length);
    for (const entry of packages) expect(entry).toMatch(/--hash=sha256:[0-9a-f]{64}/);
    expect(text).not.toMatch(/:\/\//);
  });
});
