import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type DoctorRow, openHome, projectFolder } from '@ace/infra';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'ace-doctor-'))));
afterEach(() => rm(root, { recursive: true }));

/** `ace doctor` as a person runs it, in a home of its own. */
async function doctor(...args: string[]): Promise<{ output: string; status: number | null }> {
  const settings = { DATABASE_URL: '', TEMPORAL_ADDRESS: '', ACE_ENGINE_URL: '' };
  const main = join(projectFolder, 'apps/cli/src/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'doctor', ...args], {
    cwd: projectFolder,
    env: { ...process.env, ...settings, ACE_HOME: root },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return { output: await text(child.stdout), status: await ended };
}

describe('ace doctor', () => {
  it('ends with 1 and says what mends it while something is missing', async () => {
    const { output, status } = await doctor();
    expect(status).toBe(1);
    expect(output).toMatch(/✗ Python environment – +not installed\n {4}→ npm run ace -- up\n/);
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('ends with 0 and prints its rows as JSON where all is provided', async () => {
    const shared = await openHome();
    for (const name of ['python', 'cache', 'competitions'] as const) {
      await symlink(shared[name], join(root, name));
    }
    const { output, status } = await doctor('--json');
    const rows = JSON.parse(output) as DoctorRow[];
    expect(rows.filter((row) => !row.healthy)).toEqual([]);
    expect(rows.map((row) => row.part)).toContain('Python environment');
    expect(status).toBe(0);
  });
});
