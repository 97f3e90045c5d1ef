import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Draw } from '../e2e/draw.ts';
import type { System } from '../e2e/system.ts';
import type { ServerName } from '../src/servers/record.ts';
import { sandboxesFolder } from '../src/services/sandboxes.ts';
import { Victim } from './plan.ts';

/** Who is about to be gone; their end is awaited once nobody is held any more. */
export type Struck = readonly ServerName[];

/** Strikes; null when there was nobody to strike. */
type Strike = (system: System, draw: Draw) => Promise<Struck | null>;

const signalling =
  (signal: NodeJS.Signals, ...names: ServerName[]): Strike =>
  async (system) => {
    for (const name of names) await system.signal(name, signal);
    return names;
  };

export const strikes: Record<Victim, Strike> = {
  [Victim.Worker]: signalling('SIGKILL', 'worker'),
  [Victim.WorkerStopped]: signalling('SIGTERM', 'worker'),
  [Victim.Temporal]: signalling('SIGKILL', 'temporal'),
  [Victim.Postgres]: signalling('SIGKILL', 'postgres'),
  [Victim.Backend]: killBackend,
  [Victim.Engine]: signalling('SIGKILL', 'engine'),
  [Victim.Sandbox]: killSandbox,
  [Victim.Everything]: async (system, draw) => {
    await killSandbox(system, draw);
    return signalling('SIGKILL', 'worker', 'engine', 'temporal', 'postgres')(system, draw);
  },
};

/** One that works on a statement or a transaction, if any does. Postgres then ends all others, and recovers. */
async function killBackend({ db }: System, draw: Draw): Promise<Struck | null> {
  const { rows } = await db.pool.query<{ pid: number; busy: boolean }>(
    `SELECT pid, state <> 'idle' AS busy FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND datname = current_database()
       AND pid <> pg_backend_pid() ORDER BY pid`,
  );
  const busy = rows.filter((row) => row.busy);
  const candidates = busy.length > 0 ? busy : rows;
  if (candidates.length === 0) return null;
  process.kill(draw.one('backend', candidates).pid, 'SIGKILL');
  return [];
}

/** The supervisor of one that runs: its program goes with it, and nobody has its result. */
async function killSandbox({ home }: System, draw: Draw): Promise<Struck | null> {
  const pids = await supervisorsBelow(sandboxesFolder(home));
  if (pids.length === 0) return null;
  process.kill(draw.one('sandbox', pids), 'SIGKILL');
  return [];
}

async function supervisorsBelow(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '');
      return command.includes('/supervise.py\0') && command.includes(`\0${folder}/`);
    }),
  );
  return pids.filter((_, index) => found[index]).map(Number);
}
