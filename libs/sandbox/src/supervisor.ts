import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { SandboxInfrastructureError } from './port.ts';

/** The Python side: what owns sandboxes, and what runs inside. */
export const tools = new URL('../python', import.meta.url).pathname;

/** Longer than the supervisor's own patience, whose words say more. */
const startSeconds = 150;
const reapSeconds = 60;
const isolated = ['-I', '-S'];
const bareEnvironment = { PATH: '/usr/bin:/bin' };

/**
 * Starts the supervisor of the execution that is prepared in `staging`, which becomes `final`. It is a
 * session of its own: nothing that happens to this process reaches it. Resolves when the program has begun,
 * or to `exists` when another execution has the name already; rejects with why it could not begin.
 */
export async function startSupervisor(
  python: string,
  staging: string,
  final: string,
): Promise<'started' | 'exists'> {
  const words = await firstWords(launch(python, staging, final));
  if (words === 'started' || words === 'exists') return words;
  throw new SandboxInfrastructureError(`the sandbox ${final} could not be started: ${words}`);
}

function launch(python: string, staging: string, final: string): ChildProcess {
  const log = openSync(join(staging, 'supervisor.log'), 'w', 0o600);
  const args = [...isolated, join(tools, 'supervise.py'), staging, final];
  const child = spawn(python, args, {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    env: bareEnvironment,
    cwd: '/',
  });
  closeSync(log);
  child.unref();
  return child;
}

/** All that the supervisor says, or what kept it from speaking. */
async function firstWords(child: ChildProcess): Promise<string> {
  const stdout = child.stdout as Readable;
  const silent = setTimeout(() => stdout.destroy(), startSeconds * 1000);
  let said = '';
  child.on('error', (error) => (said = error.message));
  stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise((resolve) => stdout.once('close', resolve));
  clearTimeout(silent);
  return said || 'the supervisor said nothing';
}

/**
 * Ends what an execution without a living supervisor left outside of its folder, and returns when it is gone.
 * `force` ends a supervisor that does not answer too.
 */
export async function reap(python: string, folder: string, force = false): Promise<void> {
  const args = [...isolated, join(tools, 'reap.py'), folder, ...(force ? ['force'] : [])];
  try {
    await promisify(execFile)(python, args, { env: bareEnvironment, timeout: reapSeconds * 1000 });
  } catch (error) {
    throw new SandboxInfrastructureError(`could not end what is left of ${folder}`, {
      cause: error,
    });
  }
}
