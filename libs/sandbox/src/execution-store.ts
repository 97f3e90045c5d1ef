import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './lifeline.ts';
import { decodeName, encodeName } from './names.ts';
import type { SandboxName, SandboxResult } from './port.ts';

/** What a supervisor stores, see `python/containment/execution.py`. */
type StoredResult = Omit<
  SandboxResult,
  'stdoutPath' | 'stderrPath' | 'submissionPath' | 'image'
> & {
  submission: boolean;
};

/** Time after which something that never became an execution is nobody's any more. */
const abandonedAfterMs = 10 * 60_000;

/**
 * The folders of all executions on this host. One appears, and goes, by one rename.
 *
 * What is written and read here are a handful of small files, in one go: to wait for every single call takes several
 * times longer than the calls do. Only to delete files takes a file system long.
 */
export class ExecutionStore {
  readonly #executions: string;
  readonly #staging: string;

  constructor(root: string) {
    this.#executions = join(root, 'executions');
    this.#staging = join(root, 'staging');
  }

  folder(name: SandboxName): string {
    return join(this.#executions, encodeName(name));
  }

  /** A new folder with the program and the specification, aside. */
  stage(code: string, spec: unknown): string {
    const folder = join(this.#staging, randomUUID());
    mkdirSync(this.#executions, { recursive: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const solution = join(folder, 'solution.py');
    writeFileSync(solution, code);
    // Whatever our umask is: inside, the program's own user reads it.
    chmodSync(solution, 0o644);
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec), { mode: 0o600 });
    return folder;
  }

  /** What an execution was staged with. */
  spec<T>(name: SandboxName): T {
    return JSON.parse(readFileSync(join(this.folder(name), 'spec.json'), 'utf8')) as T;
  }

  /** Deletes a staged folder that did not become an execution. */
  async discard(staged: string): Promise<void> {
    await rm(staged, { recursive: true, force: true });
  }

  exists(folder: string): boolean {
    return existsSync(folder);
  }

  hasResult(folder: string): boolean {
    return existsSync(join(folder, 'result.json'));
  }

  result(folder: string): SandboxResult {
    const text = readFileSync(join(folder, 'result.json'), 'utf8');
    const { submission, ...rest } = JSON.parse(text) as StoredResult;
    return {
      ...rest,
      stdoutPath: join(folder, 'stdout'),
      stderrPath: join(folder, 'stderr'),
      submissionPath: submission ? join(folder, 'submission.csv') : null,
      image: null,
    };
  }

  /** Whether control groups of the execution are still there. */
  hasGroups(folder: string): boolean {
    const path = join(folder, 'groups');
    return existsSync(path) && readFileSync(path, 'utf8').split('\n').some(existsSync);
  }

  /** Takes an execution's folder away under its name, then deletes it. */
  async remove(name: SandboxName): Promise<void> {
    mkdirSync(this.#staging, { recursive: true });
    const aside = join(this.#staging, randomUUID());
    try {
      renameSync(this.folder(name), aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    await this.discard(aside);
  }

  async names(): Promise<SandboxName[]> {
    const found = await listing(this.#executions);
    return found.map(decodeName).filter((name) => name !== null);
  }

  /** Deletes what was staged or taken away by somebody who died over it. */
  async discardAbandoned(): Promise<void> {
    for (const entry of await listing(this.#staging)) {
      const folder = join(this.#staging, entry);
      const found = await stat(folder).catch(() => null);
      const isOld = found !== null && Date.now() - found.mtimeMs > abandonedAfterMs;
      if (isOld && !isAlive(folder)) await this.discard(folder);
    }
  }
}

async function listing(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
