import { isRunning } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { ServerName } from './record.ts';
import { serverDeadline, stopSignals } from './server.ts';

/** Asks a process to end, waits, then kills it; returns when it is gone. Never touches another process. */
export async function stopProcess(identity: ProcessIdentity, name: ServerName): Promise<void> {
  if (await signalled(identity, stopSignals[name])) return;
  await signalled(identity, 'SIGKILL');
}

/** Sends a signal to that very process, if it runs; resolves with whether it is gone before the deadline. */
export async function signalled(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
): Promise<boolean> {
  const until = performance.now() + serverDeadline.stopMs;
  if (await isRunning(identity)) process.kill(identity.pid, signal);
  while (performance.now() < until) {
    if (!(await isRunning(identity))) return true;
    await new Promise((resume) => setTimeout(resume, serverDeadline.pollMs));
  }
  return false;
}
