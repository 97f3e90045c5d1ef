import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./totals.mjs', import.meta.url));

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ace-totals-'))));
afterEach(() => rm(folder, { recursive: true }));

/** What the program prints for a report, and its exit status. */
async function totals(report: string): Promise<{ lines: string[]; status: number }> {
  const file = join(folder, 'report.json');
  await writeFile(file, report);
  return new Promise((done) => {
    const child = execFile(process.execPath, [program, file], (_error, stdout) =>
      done({ lines: stdout.trimEnd().split('\n'), status: child.exitCode ?? -1 }),
    );
  });
}

const report = (passed: number, failed: number, testResults: object[] = []): string =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults });

describe('totals', () => {
  it('counts tests', async () => {
    expect(await totals(report(12, 0))).toEqual({ lines: ['12 passed, 0 failed'], status: 0 });
    expect(await totals(report(10, 2))).toEqual({ lines: ['10 passed, 2 failed'], status: 1 });
  });

  it('counts a file that could not be loaded as failed', async () => {
    const unloaded = { status: 'failed', assertionResults: [] };
    const { lines, status } = await totals(report(3, 0, [unloaded]));
    expect([lines.at(-1), status]).toEqual(['3 passed, 1 failed', 1]);
  });

  it('fails when no test ran', async () => {
    expect(await totals(report(0, 0))).toMatchObject({ status: 1 });
    const { lines, status } = await totals('');
    expect([lines.at(-1), status]).toEqual(['0 passed, 0 failed', 1]);
  });
});
