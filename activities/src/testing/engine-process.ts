import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The real embedded engine, in a process and a data folder of its own. */
export interface EngineProcess {
  url: string;
  dataFolder: string;
  kill(): Promise<void>;
  /** Ends it and deletes its data folder. */
  remove(): Promise<void>;
}

const program = fileURLToPath(new URL('../../../apps/engine/src/main.ts', import.meta.url));

/** @throws when it ends before it is ready; nothing is left then. */
export async function startEngineProcess(): Promise<EngineProcess> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ace-engine-'));
  const args = ['--import', 'tsx', program, '--port', '0', '--data', dataFolder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const remove = async (): Promise<void> => {
    await kill();
    rmSync(dataFolder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^engine ready at (\S+),/.exec(line) ?? [];
    if (url !== undefined) return { url, dataFolder, kill, remove };
  }
  await remove();
  throw new Error('the engine ended before it was ready');
}
