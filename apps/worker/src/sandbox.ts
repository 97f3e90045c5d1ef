import { homeAt, provideDocker, SandboxKind, type SandboxSetting, SetUpError } from '@ace/infra';
import {
  createBubblewrapSandbox,
  createDockerSandbox,
  type Sandbox,
  SandboxInfrastructureError,
  type SandboxName,
  SandboxUnavailableError,
} from '@ace/sandbox';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SandboxOptions {
  /** Folder of what executions leave, and of which way was taken. */
  home: string;
  /** Interpreter of the solutions' environment. */
  python: string;
  setting: SandboxSetting;
  /** Processor time per second of a program; null for what the sandbox gives unless told. */
  cpus: number | null;
  /** Where `DOCKER_HOST` and `ACE_SANDBOX_IMAGE` are looked up. */
  env: NodeJS.ProcessEnv;
  /** Whether runs are under way, whose executions began in the way that was taken last. */
  isBusy: () => Promise<boolean>;
  isOwned: (name: SandboxName) => Promise<boolean>;
}

/**
 * The way to contain programs, tried out and swept. `auto` takes Docker where it can serve, else bubblewrap; but
 * while runs are under way it stays with the way that was taken last: their executions may still be running
 * there, and the two do not measure alike to the byte, so that a verdict, and a digest, could depend on it.
 *
 * @throws SandboxUnavailableError that says how to get one.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const last = await lastKind(options.home);
  const isKept = options.setting === 'auto' && last !== null && (await options.isBusy());
  const sandbox = isKept ? await openKept(last, options) : await openWanted(options);
  await sandbox.sweep(options.isOwned);
  if (last !== null && last !== sandbox.kind) await sweepLeft(last, options);
  await mkdir(options.home, { recursive: true });
  await writeFile(kindFile(options.home), sandbox.kind);
  return sandbox;
}

const kindFile = (home: string): string => join(home, 'sandbox-kind');

async function lastKind(home: string): Promise<SandboxKind | null> {
  const text = await readFile(kindFile(home), 'utf8').catch(() => null);
  return Object.values(SandboxKind).find((kind) => kind === text) ?? null;
}

async function openKept(kind: SandboxKind, options: SandboxOptions): Promise<Sandbox> {
  try {
    return await opened(kind, options);
  } catch (error) {
    const other = kind === SandboxKind.Docker ? SandboxKind.Bubblewrap : SandboxKind.Docker;
    const kept = `runs are under way whose sandboxes are in ${kind}`;
    const remedy = `mend it, or set ACE_SANDBOX=${other} to go on in ${other}`;
    throw new SandboxUnavailableError(`${kept}: ${messageOf(error)} (${remedy})`, { cause: error });
  }
}

async function openWanted(options: SandboxOptions): Promise<Sandbox> {
  const { setting } = options;
  if (setting !== 'auto') return opened(setting, options);
  const [docker, missing] = await opened(SandboxKind.Docker, options).then(
    (sandbox) => [sandbox, null] as const,
    (error: unknown) => [null, refusalOf(error)] as const,
  );
  if (docker) return docker;
  return opened(SandboxKind.Bubblewrap, options).catch((error: unknown) => {
    const words = `no bubblewrap: ${messageOf(error)}\n  no Docker: ${missing}`;
    throw new SandboxUnavailableError(`nothing here can contain programs\n  ${words}`, {
      cause: error,
    });
  });
}

/** Tried out: a program has run in it. */
async function opened(kind: SandboxKind, options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await create(kind, options);
  await sandbox.check();
  return sandbox;
}

/** Each has a folder of its own, so that neither takes the other's executions for lost ones. */
async function create(kind: SandboxKind, options: SandboxOptions): Promise<Sandbox> {
  const { home, python, env } = options;
  const share = options.cpus === null ? {} : { cpus: options.cpus };
  if (kind === SandboxKind.Bubblewrap) {
    return createBubblewrapSandbox({ root: join(home, 'sandboxes'), python, ...share });
  }
  const { engine, image } = await provideDocker(homeAt(home), env);
  const common = {
    docker: engine.docker,
    root: join(home, 'containers'),
    image: image.reference,
    ...share,
  };
  // An image that somebody names brings its own Python.
  return createDockerSandbox(env['ACE_SANDBOX_IMAGE'] ? common : { ...common, python });
}

/** What the other way still holds that nobody owns, where it can be reached; else it is told, and left. */
async function sweepLeft(kind: SandboxKind, options: SandboxOptions): Promise<void> {
  try {
    await (await create(kind, options)).sweep(options.isOwned);
  } catch (error) {
    console.warn(`what is left in ${kind} is not removed: ${messageOf(error)}`);
  }
}

/** Why Docker cannot serve here. A setting that is wrong, or a fault of ours, is thrown. */
function refusalOf(error: unknown): string {
  const refusals = [SandboxUnavailableError, SandboxInfrastructureError, SetUpError];
  if (refusals.some((refusal) => error instanceof refusal)) return messageOf(error);
  throw error;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
