import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { SandboxUnavailableError } from './port.ts';
import { openTestbed, solutionPython } from './testbed.ts';

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

it('bubblewrap refuses a program that is to have GPUs, and says what hands them out', async () => {
  const bed = openTestbed('cold');
  const name = bed.name();
  const start = bed.sandbox.start(name, { ...bed.spec('pass'), gpus: 1 });
  await expect(start).rejects.toThrow(
    'asks for 1 GPUs (sandbox.gpus), which bubblewrap cannot hand out: set ACE_SANDBOX=docker',
  );
  expect(await bed.sandbox.find(name)).toBe('absent');
  await bed.close();
});
