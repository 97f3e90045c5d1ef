import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtProgram } from '../../bootstrap/program.mjs';
import type { System } from '../../e2e/system.ts';
import { openHome } from '../../src/home.ts';
import { provision } from '../../src/provision.ts';
import { ensureServers } from '../../src/services/services.ts';
import { pollers } from '../../src/temporal/connection.ts';
import { workerEnvironment } from '../../src/worker.ts';

/** One worker process of this benchmark's own. */
export interface BenchWorker {
  /** As Temporal calls it. */
  readonly identity: string;
  /** Lets a worker that stands by begin. */
  begin(): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves, with the time in milliseconds since 1970, when it has asked for tasks; null when it was killed before. */
  asked(): Promise<number | null>;
}

/** Workers of one host: all of one home, so that each finds the sandboxes of the others. */
export interface Workers {
  start(): BenchWorker;
  /** Resolves with a worker that has opened everything and waits. */
  standBy(): Promise<BenchWorker>;
  end(): Promise<void>;
}

const program = new URL('worker.ts', import.meta.url).pathname;
const queue = 'ace';
const lookEveryMs = 50;

/** Takes the place of the system's own worker, which is killed. */
export async function openWorkers(system: System): Promise<Workers> {
  await system.kill('worker');
  const { home } = system;
  const services = await ensureServers({ home, anyPort: true, settings: {} });
  const provisioned = await provision(await openHome());
  const env = { ...process.env, ...workerEnvironment(home, services, provisioned) };
  const built = await builtProgram(program, home.cache);
  const all: ChildProcess[] = [];
  const log = join(home.logs, 'worker.log');

  const launch = (...args: string[]): ChildProcess => {
    const fd = openSync(log, 'a');
    const stdio = ['ignore' as const, fd, fd, 'ipc' as const];
    const child = fork(built, args, { env, execArgv: ['--enable-source-maps'], stdio });
    closeSync(fd);
    all.push(child);
    return child;
  };
  const { address } = services.temporal;
  return {
    start: () => benchWorker(launch(), address, log),
    async standBy() {
      const child = launch('standby');
      await Promise.race([once(child, 'message'), failed(child, log)]);
      return benchWorker(child, address, log);
    },
    end: async () => void (await Promise.all(all.map(ended))),
  };
}

const tailOf = (log: string): string => readFileSync(log, 'utf8').slice(-2000);

function benchWorker(child: ChildProcess, address: string, log: string): BenchWorker {
  const identity = `${child.pid}@`;
  return {
    identity,
    begin: () => void child.send('begin'),
    kill: () => ended(child),
    async asked() {
      while (child.signalCode === null) {
        if (child.exitCode !== null)
          throw new Error(`a worker ended; its log ends:\n${tailOf(log)}`);
        const known = await pollers(address, queue);
        if (known.some((one) => one.startsWith(identity))) return Date.now();
        await new Promise((resume) => setTimeout(resume, lookEveryMs));
      }
      return null;
    },
  };
}

async function failed(child: ChildProcess, log: string): Promise<never> {
  await once(child, 'exit');
  throw new Error(`a worker that was to stand by ended; its log ends:\n${tailOf(log)}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
