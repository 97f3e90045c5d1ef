import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { SandboxUnavailableError } from './port.ts';
import { solutionPython } from './testbed.ts';

describe('check', () => {
  const root = mkdtempSync(join(tmpdir(), 'ace-sandbox-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    [
      'no bwrap',
      { bwrap: '/nowhere/bwrap' },
      'bubblewrap is not installed: no bwrap at /nowhere/bwrap',
    ],
    [
      'no Python',
      { python: '/nowhere/python' },
      'no Python environment for solutions at /nowhere/python',
    ],
    [
      'no environment',
      { python: '/usr/bin/python3' },
      'is not the interpreter of a virtual environment',
    ],
    ['a bwrap that cannot', { bwrap: '/bin/false' }, '/bin/false'],
  ])('says what is missing: %s', async (_, options, words) => {
    const sandbox = createBubblewrapSandbox({ root, python: solutionPython, ...options });
    const failure = await sandbox.check().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SandboxUnavailableError);
    expect((failure as Error).message).toContain(words);
  });
});
