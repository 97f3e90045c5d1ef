import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../src/home.ts';
import { sandboxesFolder } from '../src/services/sandboxes.ts';

/** The processes that own the bubblewrap sandboxes of a home, or of one run; who kills one has nobody's result. */
export async function supervisorsOf(home: Home, run?: string): Promise<number[]> {
  const folder = join(sandboxesFolder(home), 'executions');
  const start = run === undefined ? `${folder}/` : `${folder}/${run}+`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '');
      return command.includes('/supervise.py\0') && command.includes(`\0${start}`);
    }),
  );
  return pids.filter((_, index) => found[index]).map(Number);
}
