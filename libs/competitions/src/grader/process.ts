import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What the Python grader answers; `grader.py` says what each means. */
export type Answer =
  { score: number } | { reason: string; detail: string } | { lost: string } | { failed: string };

/** The process ended, or was ended because it did not answer in time. */
export class GraderDeath extends Error {
  override readonly name = 'GraderDeath';
}

/** How much of the process's standard error is kept for messages, characters. */
const keptStderr = 2_000;

/** One running Python grader. Asked one thing at a time; dead for good after its first {@link GraderDeath}. */
export class GraderProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private stderr = '';
  private death: GraderDeath | null = null;
  private waiting: {
    resolve: (line: string) => void;
    reject: (death: GraderDeath) => void;
  } | null = null;

  constructor(python: string, script: string) {
    this.child = spawn(python, ['-B', '-s', script], { env: graderEnvironment(), stdio: 'pipe' });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.settle(line));
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-keptStderr);
    });
    this.child.once('error', (error) => this.die(error.message));
    this.child.once('close', (code, signal) => this.die(`ended with ${signal ?? code}`));
    // A write to a process that just died fails here too; `close` tells the story.
    this.child.stdin.on('error', () => undefined);
  }

  /** Resolves when the process has imported what it needs. */
  async ready(deadlineMs: number): Promise<void> {
    await this.nextLine(deadlineMs);
  }

  get alive(): boolean {
    return this.death === null;
  }

  /** Rejects with {@link GraderDeath} when no answer came within `deadlineMs`. */
  async ask(request: object, deadlineMs: number): Promise<Answer> {
    const line = this.nextLine(deadlineMs);
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await line) as Answer;
  }

  /** Ends the process at once. */
  kill(why: string): void {
    this.die(why);
    this.child.kill('SIGKILL');
  }

  private nextLine(deadlineMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.death) return reject(this.death);
      const timer = setTimeout(() => this.kill(`no answer within ${deadlineMs} ms`), deadlineMs);
      const settled = (): void => {
        clearTimeout(timer);
        this.waiting = null;
      };
      this.waiting = {
        resolve: (line) => (settled(), resolve(line)),
        reject: (death) => (settled(), reject(death)),
      };
    });
  }

  private settle(line: string): void {
    this.waiting?.resolve(line);
  }

  private die(why: string): void {
    if (this.death) return;
    const said = this.stderr.trim();
    this.death = new GraderDeath(`the grader ${why}${said === '' ? '' : `; it said: ${said}`}`);
    this.waiting?.reject(this.death);
  }
}

/** One thread, and no packages but the interpreter's own. */
function graderEnvironment(): NodeJS.ProcessEnv {
  const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return { ...process.env, PYTHONPATH: undefined, PYTHONHOME: undefined, ...oneThread };
}
