import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CommandError } from './errors.ts';

export interface RunOptions {
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const tailLines = 15;

/** Runs a program with its output in a log file; throws {@link CommandError} unless it exits with 0. */
export async function runLogged(
  file: string,
  args: readonly string[],
  { logFile, timeoutMs, ...options }: RunOptions,
): Promise<void> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'w');
  try {
    const status = await exitStatus(file, args, { ...options, timeout: timeoutMs, log: log.fd });
    if (status === 0) return;
    const tail = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-tailLines);
    const command = [basename(file), ...args.slice(0, 3)].join(' ');
    throw new CommandError(command, status, logFile, tail.map((line) => `  | ${line}`).join('\n'));
  } finally {
    await log.close();
  }
}

type SpawnOptions = Omit<RunOptions, 'logFile' | 'timeoutMs'> & { timeout: number; log: number };

function exitStatus(
  file: string,
  args: readonly string[],
  { log, ...options }: SpawnOptions,
): Promise<number | null> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      ...options,
      killSignal: 'SIGKILL',
      stdio: ['ignore', log, log],
    });
    child.once('error', fail);
    child.once('close', done);
  });
}
