import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '@ace/config';
import {
  type BubblewrapOptions,
  type BubblewrapSandbox,
  createBubblewrapSandbox,
} from './bubblewrap.ts';
import type { SandboxName, SandboxResult, SandboxSpec } from './port.ts';

const repository = new URL('../../../', import.meta.url).pathname;

export const solutionPython =
  process.env.ACE_SOLUTION_PYTHON ?? join(repository, '.ace/python/solution/bin/python');

/** The ways to start a program and to measure it; all must give the same verdicts and the same isolation. */
export const ways = {
  preloaded: { preload: true, controlGroups: true },
  cold: { preload: false, controlGroups: true },
  polled: { preload: false, controlGroups: false },
} as const;
export type Way = keyof typeof ways;

export const ordinaryLimits: Limits = {
  cpuSeconds: 20,
  wallSeconds: 120,
  memoryBytes: 512 << 20,
  processes: 64,
  diskBytes: 64 << 20,
  outputBytes: 1 << 20,
};

export interface Outcome extends SandboxResult {
  stdout: string;
  stderr: string;
  submission: string | null;
}

/** A real sandbox in a folder of its own, and what tests do with it. */
export interface Testbed {
  root: string;
  publicData: string;
  sandbox: BubblewrapSandbox;
  name(): SandboxName;
  spec(code: string, limits?: Partial<Limits>): SandboxSpec;
  /** Start to removed. */
  run(code: string, limits?: Partial<Limits>): Promise<Outcome>;
  start(code: string, limits?: Partial<Limits>): Promise<SandboxName>;
  /** Ends everything; throws when anything of it is left. */
  close(): Promise<void>;
}

export function openTestbed(way: Way, more: Partial<BubblewrapOptions> = {}): Testbed {
  const root = mkdtempSync(join(tmpdir(), 'ace-sandbox-'));
  const publicData = join(root, 'public');
  mkdirSync(publicData);
  writeFileSync(join(publicData, 'train.csv'), 'id,x\n1,2\n');
  const sandbox = createBubblewrapSandbox({ root, python: solutionPython, ...ways[way], ...more });
  const name = (): SandboxName => ({ run: 'run', attempt: randomUUID(), execution: 1 });
  const spec = (code: string, limits: Partial<Limits> = {}): SandboxSpec => ({
    code,
    publicData,
    limits: { ...ordinaryLimits, ...limits },
  });
  const start = async (code: string, limits?: Partial<Limits>): Promise<SandboxName> => {
    const fresh = name();
    await sandbox.start(fresh, spec(code, limits));
    return fresh;
  };
  const run = async (code: string, limits?: Partial<Limits>): Promise<Outcome> => {
    const running = await start(code, limits);
    await sandbox.wait(running);
    const outcome = readOutcome(await sandbox.collect(running));
    await sandbox.remove(running);
    return outcome;
  };
  const close = async (): Promise<void> => {
    await sandbox.sweep(() => Promise.resolve(false));
    await sandbox.endPreloaded();
    await untilTrue(() => processesNaming(root).length === 0, `processes of ${root} are left`);
    rmSync(root, { recursive: true });
  };
  return { root, publicData, sandbox, name, spec, run, start, close };
}

export function readOutcome(result: SandboxResult): Outcome {
  const { submissionPath } = result;
  return {
    ...result,
    stdout: readFileSync(result.stdoutPath, 'utf8'),
    stderr: readFileSync(result.stderrPath, 'utf8'),
    submission: submissionPath === null ? null : readFileSync(submissionPath, 'utf8'),
  };
}

/** Numbers of this machine's processes whose command line holds `words`. */
export function processesNaming(words: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => commandLine(entry).includes(words))
    .map(Number);
}

function commandLine(entry: string): string {
  try {
    return readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Looks again until `condition` holds; throws after ten seconds. */
export async function untilTrue(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !condition();) {
    if (Date.now() > end) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Control groups that an execution's folder names and that still exist. */
export function groupsOf(folder: string): string[] {
  const path = join(folder, 'groups');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').filter(existsSync);
}
