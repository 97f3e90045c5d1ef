import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionStore } from '../execution-store.ts';
import type { SandboxResult } from '../port.ts';

/** Files as `python/docker/results.py` opens them. */
const files = ['stdout', 'stderr', 'submission.csv', 'result.json', 'state'];

/** Empty, and anybody's to write, whatever our umask is. */
function makeFile(path: string): void {
  const file = openSync(path, 'wx');
  fchmodSync(file, 0o666);
  closeSync(file);
}

/** How far the monitor inside says it is; `failed` with words. */
export type State = { at: 'silent' | 'opened' | 'started' } | { at: 'failed'; words: string };

/**
 * The part of an execution's folder that its container sees, as long as it is open. Program and monitor are
 * the same user, so the monitor opens the empty files, and then the folder is closed to that user for good.
 */
export class ResultFolder {
  readonly path: string;

  constructor(execution: string) {
    this.path = join(execution, 'results');
  }

  /**
   * Makes it, open to everybody: nobody else gets through the folders around it. In one go, because to wait for so
   * many calls one by one takes much longer than they do.
   */
  create(): void {
    mkdirSync(this.path);
    for (const name of files) makeFile(join(this.path, name));
    chmodSync(this.path, 0o755);
  }

  /** Closes it to whatever is inside a container. */
  async close(): Promise<void> {
    await chmod(this.path, 0o700);
  }

  state(): State {
    const path = join(this.path, 'state');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [''];
    const failed = lines.find((line) => line.startsWith('failed '));
    if (failed !== undefined) return { at: 'failed', words: failed.slice('failed '.length) };
    if (lines.includes('started')) return { at: 'started' };
    return { at: lines.includes('opened') ? 'opened' : 'silent' };
  }

  /** Whether the monitor has stored a result, whole. */
  hasResult(): boolean {
    const path = join(this.path, 'result.json');
    return existsSync(path) && readFileSync(path, 'utf8').endsWith('\n');
  }

  result(store: ExecutionStore): SandboxResult {
    return store.result(this.path);
  }
}
