import type Docker from 'dockerode';
import { runningOf, unlessRefused } from '../e2e/containers.ts';
import type { Draw } from '../e2e/draw.ts';
import { supervisorsOf } from '../e2e/supervisors.ts';
import type { ServerName } from '../src/servers/record.ts';
import { SandboxKind } from '../src/sandbox-setting.ts';
import { Victim } from './plan.ts';
import type { ChaosSystem } from './system.ts';

/** Who is about to be gone; their end is awaited once nobody is held any more. */
export type Struck = readonly ServerName[];

/** Strikes; null when there was nobody to strike. */
type Strike = (system: ChaosSystem, run: string, draw: Draw) => Promise<Struck | null>;

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
  [Victim.DockerEngine]: async ({ containers }) => {
    if (!containers) return null;
    await containers.dockerEngine.kill();
    return [];
  },
  [Victim.Everything]: async (system, run, draw) => {
    await killSandbox(system, run, draw);
    if (system.sandbox === SandboxKind.Docker) await system.containers?.dockerEngine.kill();
    const servers = ['worker', 'engine', 'temporal', 'postgres'] as const;
    return signalling('SIGKILL', ...servers)(system, run, draw);
  },
};

/** One that works on a statement or a transaction, if any does. Postgres then ends all others, and recovers. */
async function killBackend({ db }: ChaosSystem, _: string, draw: Draw): Promise<Struck | null> {
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

/** One that runs: its program goes with it, and nobody has its result. */
async function killSandbox(system: ChaosSystem, run: string, draw: Draw): Promise<Struck | null> {
  const isKilled =
    system.containers && system.sandbox === SandboxKind.Docker
      ? await killContainer(system.containers.docker, run, draw)
      : await killSupervisor(system, draw);
  return isKilled ? [] : null;
}

async function killContainer(docker: Docker, run: string, draw: Draw): Promise<boolean> {
  const found = await runningOf(docker, run);
  if (found.length === 0) return false;
  const victim = docker.getContainer(draw.one('sandbox', found).id);
  return (await victim.kill().then(() => true, unlessRefused(404, 409))) ?? false;
}

async function killSupervisor({ home }: ChaosSystem, draw: Draw): Promise<boolean> {
  const pids = await supervisorsOf(home);
  if (pids.length === 0) return false;
  process.kill(draw.one('sandbox', pids), 'SIGKILL');
  return true;
}
