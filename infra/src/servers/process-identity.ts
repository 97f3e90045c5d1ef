import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time as the system writes it: clock ticks since boot on Linux, a date elsewhere. */
  readonly startTime: string;
}

/** Who has this number now, or null when nobody does (a zombie is nobody). */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const status = process.platform === 'linux' ? await procStat(pid) : await psLine(pid);
  return status === null ? null : identityFrom(`${pid}\n${status}`);
}

/** Whether that very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startTime === identity.startTime;
}

/** Reads a process number, a line break, and its line from /proc/<pid>/stat or `ps -o stat=,lstart=`. */
export function identityFrom(text: string): ProcessIdentity | null {
  const [pid, status = ''] = text.split('\n');
  // In /proc the command's name comes second, in brackets, and may hold spaces.
  const fromProc = /^\d+ \(/.test(status);
  const fields = status
    .slice(fromProc ? status.lastIndexOf(')') + 2 : 0)
    .trim()
    .split(/\s+/);
  const startTime = fromProc ? fields[19] : fields.slice(1).join(' ');
  const ended = fields[0] === undefined || /^[ZX]/.test(fields[0]);
  return ended || !startTime ? null : { pid: Number(pid), startTime };
}

const procStat = (pid: number): Promise<string | null> =>
  readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);

async function psLine(pid: number): Promise<string | null> {
  const args = ['-o', 'stat=,lstart=', '-p', String(pid)];
  const answer = await promisify(execFile)('ps', args).catch(() => null);
  return answer?.stdout.trim() || null;
}
