import type { Database } from '@ace/buffer';
import { type AttemptAddress, attemptName } from '@ace/config';
import Docker from 'dockerode';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PrivateEngine, startPrivateEngine } from '../src/testing/index.ts';
import { setEnvironment } from './environment.ts';
import { startSystem, type Surroundings, type System } from './system.ts';

/** The whole system with its sandboxes in containers of a Docker engine of its own, which can be killed too. */
export interface ContainerSystem extends System {
  dockerEngine: PrivateEngine;
  docker: Docker;
}

/** A container of an execution, as long as it runs. */
export interface RunningContainer {
  id: string;
  startedAt: string;
  /** Of its first process, on this host. */
  pid: number;
  attempt: string;
  execution: number;
}

/** As containers carry them for people; written down once more, since they are read outside of this program. */
const label = { run: 'ace.run', attempt: 'ace.attempt', execution: 'ace.execution' } as const;

/** @param host What the worker calls this machine. */
export async function startContainerSystem(
  host: string,
  around?: Surroundings,
): Promise<ContainerSystem> {
  const dockerEngine = await startPrivateEngine();
  const wanted = { ACE_SANDBOX: 'docker', DOCKER_HOST: dockerEngine.host, ACE_HOST: host };
  const restore = setEnvironment(wanted);
  const endEngine = async (): Promise<void> => {
    restore();
    await dockerEngine.end();
  };
  const system = await startSystem(around).catch(async (error: unknown) => {
    await endEngine();
    throw error;
  });
  const docker = new Docker({ socketPath: dockerEngine.host.replace('unix://', '') });
  const end = () => system.end().finally(endEngine);
  const revive = async (): Promise<void> => {
    if (!(await dockerEngine.isRunning())) await dockerEngine.start();
    await system.revive();
  };
  return { ...system, dockerEngine, docker, revive, end };
}

/** The containers of a run that run now, in the order of their names. */
export async function runningOf(docker: Docker, run: string): Promise<RunningContainer[]> {
  const filters = { label: [`${label.run}=${run}`], status: ['running'] };
  const listed = await docker.listContainers({ filters });
  const found = await Promise.all(listed.map(({ Id }) => inspect(docker, Id)));
  return found.filter((one) => one !== null).sort((a, b) => (a.attempt < b.attempt ? -1 : 1));
}

/** Null when it has ended meanwhile. */
async function inspect(docker: Docker, id: string): Promise<RunningContainer | null> {
  const found = await docker.getContainer(id).inspect().catch(unlessRefused(404));
  if (!found?.State.Running) return null;
  const { [label.attempt]: attempt = '', [label.execution]: execution } = found.Config.Labels;
  const { StartedAt: startedAt, Pid: pid } = found.State;
  return { id, startedAt, pid, attempt, execution: Number(execution) };
}

/** For an answer of the engine that says no: null. */
export const unlessRefused =
  (...statuses: number[]) =>
  (error: Error & { statusCode?: number }): null => {
    if (statuses.includes(error.statusCode ?? 0)) return null;
    throw error;
  };

const [snailsPace, usualPace] = [0.01, 1];

/**
 * `count` containers of the run that run now and whose programs have begun, made slow: whatever the programs do,
 * they last until they are `quickened`, or for a minute. Null when there are not so many now.
 */
export async function slowed(
  { docker, home }: ContainerSystem,
  run: string,
  count: number,
): Promise<RunningContainer[] | null> {
  const found = await runningOf(docker, run);
  if (found.length !== count || !found.every((one) => hasBegun(home.root, run, one))) return null;
  await setPace(docker, found, snailsPace);
  const still = await runningOf(docker, run);
  if (String(still.map(({ id }) => id)) === String(found.map(({ id }) => id))) return still;
  // One ended before it was slow.
  await quicken(docker, still);
  return null;
}

export async function quicken(docker: Docker, containers: RunningContainer[]): Promise<void> {
  await setPace(docker, containers, usualPace);
}

async function setPace(docker: Docker, containers: RunningContainer[], cpus: number) {
  const update = { NanoCpus: Math.round(cpus * 1e9) };
  await Promise.all(
    containers.map(({ id }) => docker.getContainer(id).update(update).catch(unlessRefused(404))),
  );
}

/** A container whose program has not begun may be made anew under the same number. */
function hasBegun(root: string, run: string, { attempt, execution }: RunningContainer): boolean {
  const folder = join(root, 'containers', 'executions', `${run}+${attempt}+${execution}`);
  return readFileSync(join(folder, 'results', 'state'), 'utf8').includes('started');
}

export interface ExecutionRow {
  attempt: string;
  execution: number;
  host: string;
  outcome: string | null;
  why: string | null;
}

/** All executions of a run by the record, in the order of their names. */
export async function executionsOf({ pool }: Database, run: string): Promise<ExecutionRow[]> {
  const { rows } = await pool.query<AttemptAddress & Omit<ExecutionRow, 'attempt'>>(
    `SELECT track, iteration, slot, sample, execution, host, outcome, why FROM executions
     WHERE run = $1 ORDER BY track, iteration, slot, sample, execution`,
    [run],
  );
  return rows.map(({ execution, host, outcome, why, ...address }) => {
    return { attempt: attemptName(address), execution, host, outcome, why };
  });
}

/** Which containers of a run the engine's event log says were made since; the log ends with the engine. */
export interface Creations {
  /** `attempt execution`, in the order of creation. */
  names(): string[];
  end(): void;
}

export async function followCreations(docker: Docker, run: string): Promise<Creations> {
  const stream = await docker.getEvents({
    filters: { type: ['container'], event: ['create'], label: [`${label.run}=${run}`] },
  });
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const names = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { Actor: { Attributes: Record<string, string> } })
      .map(
        ({ Actor }) => `${Actor.Attributes[label.attempt]} ${Actor.Attributes[label.execution]}`,
      );
  return { names, end: () => (stream as unknown as { destroy(): void }).destroy() };
}
