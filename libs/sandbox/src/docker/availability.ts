import type Docker from 'dockerode';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Limits } from '@ace/config';
import type { Sandbox, SandboxName } from '../port.ts';
import { SandboxUnavailableError } from '../port.ts';
import { ask } from './engine.ts';

const answerMs = 10_000;
/** The first with private namespaces for control groups and tmpfs options as they are used here. */
const oldestApi = 1.41;

/** Executions of no run: what a worker tries out as it starts. */
export const trialRun = 'ace-doctor';
/** A trial that takes longer has died. */
export const longestTrialMs = 10 * 60_000;

const trialProgram = `
import numpy
print(open('/data/probe').read())
`;
/** Far enough apart for the least share of a processor that can be set. */
const trialLimits: Limits = {
  ...{ cpuSeconds: 10, wallSeconds: 240, memoryBytes: 512 << 20, processes: 64 },
  ...{ diskBytes: 1 << 20, outputBytes: 1 << 16 },
};

/** Throws SandboxUnavailableError unless an engine answers that can contain programs. */
export async function checkEngine(docker: Docker): Promise<void> {
  const version = await ask('answer', answerMs, () => docker.version()).catch((error: unknown) => {
    throw new SandboxUnavailableError(
      `no Docker engine answers: ${(error as Error).message}; start one, or name it in DOCKER_HOST`,
      { cause: error },
    );
  });
  if (version.Os !== 'linux' || Number(version.ApiVersion) < oldestApi) {
    throw new SandboxUnavailableError(
      `a Docker engine for Linux with API ${oldestApi} (20.10) or newer is needed, this is ${version.Version} ` +
        `for ${version.Os} with API ${version.ApiVersion}`,
    );
  }
}

/**
 * Runs a program that reads public data and imports a package, from its start to its removal. Throws
 * SandboxUnavailableError where it does not end well: an image without packages, an engine that does not see
 * this host's folders, a kernel that does not count.
 */
export async function tryOut(sandbox: Sandbox, root: string): Promise<void> {
  const publicData = join(root, 'staging', `trial-${randomUUID()}`);
  const name: SandboxName = { run: trialRun, attempt: randomUUID(), execution: 1 };
  await mkdir(publicData, { recursive: true, mode: 0o755 });
  try {
    await writeFile(join(publicData, 'probe'), 'seen', { mode: 0o644 });
    await sandbox.start(name, { code: trialProgram, publicData, limits: trialLimits });
    await sandbox.wait(name);
    const { verdict, detail, stdoutPath, stderrPath } = await sandbox.collect(name);
    const said = await readFile(verdict === 'ok' ? stdoutPath : stderrPath, 'utf8');
    if (verdict !== 'ok' || said !== 'seen\n') throw new Error(`${detail}: ${said.trim()}`);
  } catch (error) {
    const words = (error as Error).message;
    const advice = /bind source path does not exist/.test(words)
      ? `; the engine does not see this host's folder ${root}: it must run on this machine, or share it`
      : '';
    throw new SandboxUnavailableError(`Docker cannot contain programs here: ${words}${advice}`, {
      cause: error,
    });
  } finally {
    await rm(publicData, { recursive: true });
    await clear(sandbox, name);
  }
}

/** What failed is said already; what cannot be removed now, the sweep removes. */
async function clear(sandbox: Sandbox, name: SandboxName): Promise<void> {
  try {
    await sandbox.stop(name);
    await sandbox.remove(name);
  } catch {
    return;
  }
}
