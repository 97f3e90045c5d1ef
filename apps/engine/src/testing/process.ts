import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real engine process with the tests' languages. */
export interface EngineProcess {
  url: string;
  dataFolder: string;
  child: ChildProcess;
  /** Ends it with a signal and resolves with its exit code, null when the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** Kills it and deletes its data folder. */
  remove(): Promise<void>;
}

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Starts an engine on a free port (or `port`) over a fresh data folder (or `dataFolder`).
 * @throws when it ends before it is ready; nothing of it is left then.
 */
export async function startProcess(
  options: { port?: number; dataFolder?: string; silenceSeconds?: number } = {},
): Promise<EngineProcess> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'ace-engine-'));
  const args = ['--port', String(options.port ?? 0), '--data', dataFolder];
  if (options.silenceSeconds) args.push('--silence-seconds', String(options.silenceSeconds));
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    return ((await exited) as [number | null])[0];
  };
  const remove = async (): Promise<void> => {
    await end('SIGKILL');
    rmSync(dataFolder, { recursive: true, force: true });
  };
  const url = await readyUrl(child).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return { url, dataFolder, child, end, remove };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the engine has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^engine ready at (\S+),/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the engine ended before it was ready');
}

export const portOf = (url: string): number => Number(new URL(url).port);
