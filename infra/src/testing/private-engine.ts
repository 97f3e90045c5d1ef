import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { withLock } from '../../bootstrap/lock.mjs';
import { findDockerEngine } from '../docker/engine.ts';
import { openHome } from '../home.ts';
import { unmountBelow } from '../mounts.ts';
import { readFileIfAny } from '../servers/atomic-file.ts';
import { launch, launchedOn } from '../servers/launch.ts';
import { identify, isRunning } from '../servers/process-identity.ts';
import type { ProcessIdentity } from '../servers/process-identity.ts';
import { serverDeadline } from '../servers/server.ts';
import { signalled } from '../servers/stop.ts';
import { ensureDockerd } from './dockerd.ts';
import { endShims } from './engine-shims.ts';
import { removeTraces, tracesNotThere } from './engine-traces.ts';

/** A Docker engine of a test's own: its data, its socket and its processes belong to nobody else. */
export interface PrivateEngine {
  /** For `DOCKER_HOST`: `unix://…`. */
  readonly host: string;
  /** Everything it keeps. */
  readonly folder: string;
  isRunning(): Promise<boolean>;
  /** `SIGKILL` to the engine; resolves when it is gone. Containers live on, at least until the next start. */
  kill(): Promise<void>;
  /** Starts it again on its data, as it was made unless told otherwise; resolves when it answers. */
  start(options?: PrivateEngineOptions): Promise<void>;
  /** Removes its containers, ends it and removes all that it left on this machine. */
  end(): Promise<void>;
}

export interface PrivateEngineOptions {
  /** Whether containers outlive the engine; true unless told. Without, a start kills those that lived on. */
  readonly liveRestore?: boolean;
}

/** What the next run needs to remove an engine whose owner died. */
interface EngineRecord {
  readonly owner: ProcessIdentity | null;
  readonly dockerd: string;
  readonly liveRestore: boolean;
  /** Paths outside of the folder that were not there before. */
  readonly traces: readonly string[];
}

/** Short: the name of a socket below it has to fit into 108 bytes. */
const prefix = 'ace-dockerd-';
const recordFile = 'engine.json';

/** Starts one and resolves when it answers. It is this process's: whoever comes later removes it once this died. */
export async function startPrivateEngine(
  options: PrivateEngineOptions = {},
): Promise<PrivateEngine> {
  const dockerd = await ensureDockerd(await openHome());
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const record: EngineRecord = {
    owner: await identify(process.pid),
    dockerd,
    liveRestore: options.liveRestore ?? true,
    traces: await tracesNotThere(),
  };
  await writeFile(join(folder, recordFile), JSON.stringify(record));
  const engine = engineIn(folder, record);
  try {
    await engine.start();
  } catch (error) {
    await engine.end().catch(() => undefined);
    throw error;
  }
  return engine;
}

/** Ends the engines of processes that died before they could. */
export async function sweepPrivateEngines(): Promise<void> {
  await withLock('private engines', async () => {
    const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
    for (const folder of folders.map((name) => join(tmpdir(), name))) {
      const text = await readFileIfAny(join(folder, recordFile));
      if (text === null) continue;
      const record = JSON.parse(text) as EngineRecord;
      if (record.owner && (await isRunning(record.owner))) continue;
      await engineIn(folder, record).end();
    }
  });
}

function engineIn(folder: string, record: EngineRecord): PrivateEngine {
  const host = `unix://${join(folder, 'docker.sock')}`;
  return {
    ...{ host, folder },
    async isRunning() {
      const identity = await launchedOn(folder);
      return identity !== null && isRunning(identity);
    },
    start: (options) => startEngine(folder, host, { ...record, ...options }),
    kill: () => killEngine(folder),
    async end() {
      await removeContainers(this);
      await stopEngine(folder);
      await endShims(folder);
      await unmountBelow(folder);
      await rm(folder, { recursive: true, force: true });
      await removeTraces(record.traces);
    },
  };
}

/** Nothing of the host's network is touched, and nothing of its own configuration is read. */
const engineArguments = (folder: string, host: string, { liveRestore }: EngineRecord): string[] => [
  ...['--iptables=false', '--ip6tables=false', '--bridge=none'],
  ...(liveRestore ? ['--live-restore'] : []),
  ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
  ...['--pidfile', join(folder, 'pid'), '--config-file', join(folder, 'daemon.json')],
  ...['-H', host],
];

async function startEngine(folder: string, host: string, record: EngineRecord): Promise<void> {
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'daemon.json'), '{}');
  // Those that were killed left their numbers, which may be a zombie's or somebody else's now.
  for (const file of [join(folder, 'pid'), containerdFile(folder)]) await rm(file, { force: true });
  const args = engineArguments(folder, host, record);
  const program = { file: record.dockerd, args, env: process.env, version: '', source: 'PATH' };
  const identity = await launch(program, folder, logFile(folder));
  const until = performance.now() + serverDeadline.answerMs;
  while (identity && performance.now() < until && (await isRunning(identity))) {
    if ((await findDockerEngine({ DOCKER_HOST: host }, 2_000)).engine) return;
    await setTimeout(serverDeadline.pollMs);
  }
  const log = await readFile(logFile(folder), 'utf8').catch(() => '');
  const tail = log.trimEnd().split('\n').slice(-15).join('\n  | ');
  throw new Error(`The tests' own Docker engine does not answer. Its log ends:\n  | ${tail}`);
}

const logFile = (folder: string): string => join(folder, 'log');

/** Started again if it died: only the engine can end what it started. */
async function removeContainers(running: PrivateEngine): Promise<void> {
  if (!(await launchedOn(running.folder))) return;
  if (!(await running.isRunning())) await running.start();
  const found = await findDockerEngine({ DOCKER_HOST: running.host });
  if (!found.engine) throw new Error(`${running.host}: ${found.reason}`);
  const { docker } = found.engine;
  for (const { Id } of await docker.listContainers({ all: true })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
}

async function stopEngine(folder: string): Promise<void> {
  const identity = await launchedOn(folder);
  if (identity && !(await signalled(identity, 'SIGTERM'))) await killEngine(folder);
}

/** With it goes the containerd that it started, whose end the next start has to wait for. */
async function killEngine(folder: string): Promise<void> {
  const identity = await launchedOn(folder);
  const containerd = await containerdOf(folder);
  if (identity) await signalled(identity, 'SIGKILL');
  if (containerd) await signalled(containerd, 'SIGKILL');
}

async function containerdOf(folder: string): Promise<ProcessIdentity | null> {
  const pid = await readFileIfAny(containerdFile(folder));
  return pid === null ? null : identify(Number(pid));
}

const containerdFile = (folder: string): string =>
  join(folder, 'exec', 'containerd', 'containerd.pid');
