import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeProgram } from '../src/testing/fake-program.ts';
import { findPython } from './python.mjs';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ace-python-'))));
afterEach(() => rm(folder, { recursive: true }));

const fake = (name: string, script: string): Promise<string> => fakeProgram(folder, name, script);

const brokenShim = "echo 'pyenv: python3.13: command not found' >&2; exit 127";
const noEnsurePip = `echo "ModuleNotFoundError: No module named 'ensurepip'" >&2; exit 1`;
const tooOld = "echo 'AssertionError: is Python 3.9.2' >&2; exit 1";

describe('findPython', () => {
  it('passes over what cannot make an environment', async () => {
    await fake('python3.13', brokenShim);
    await fake('python3.12', noEnsurePip);
    const path = [folder, process.env['PATH']].join(delimiter);
    const found = await findPython({ PATH: path });
    expect(found).toMatchObject({ source: 'PATH' });
    expect(found.version).toMatch(/^3\.(1[1-9]|[2-9]\d)\./);
    expect(found.file.startsWith(folder)).toBe(false);
  });

  it('says what it tried and what to do when there is none', async () => {
    const shim = await fake('python3.13', brokenShim);
    const without = await fake('python3', noEnsurePip);
    await expect(findPython({ PATH: folder })).rejects.toThrow(
      [
        'No Python 3.11 or newer that can make an environment. On the PATH:',
        `  ${shim}: pyenv: python3.13: command not found`,
        `  ${without}: ModuleNotFoundError: No module named 'ensurepip'`,
        '  Debian, Ubuntu: apt-get install python3 python3-venv. Or set ACE_PYTHON.',
      ].join('\n'),
    );
  });

  it('takes ACE_PYTHON, and nothing else when that is wrong', async () => {
    const { file } = await findPython();
    const link = join(folder, 'mine');
    await symlink(file, link);
    expect(await findPython({ ACE_PYTHON: link })).toMatchObject({ source: 'ACE_PYTHON' });
    const old = await fake('old', tooOld);
    const found = findPython({ ACE_PYTHON: old, PATH: process.env['PATH'] });
    await expect(found).rejects.toThrow(
      `ACE_PYTHON is ${old}, which cannot be used: is Python 3.9.2.\n` +
        '  Set it to a Python 3.11 or newer that has venv and pip, or unset it.',
    );
  });
});
