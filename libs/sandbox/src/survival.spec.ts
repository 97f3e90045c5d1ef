import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { encodeName } from './names.ts';
import type { SandboxName } from './port.ts';
import { reap } from './supervisor.ts';
import {
  groupsOf,
  openTestbed,
  processesNaming,
  solutionPython,
  type Testbed,
  untilTrue,
} from './testbed.ts';

const sleepFor = (seconds: number): string =>
  `import time\nprint('began')\ntime.sleep(${seconds})\nopen('submission.csv', 'w').write('done')\n`;

describe('what survives which death', () => {
  let bed: Testbed;
  const folder = (name: SandboxName): string => join(bed.root, 'executions', encodeName(name));
  const supervisorsOf = (name: SandboxName): number[] => {
    const all = processesNaming('supervise.py');
    return processesNaming(folder(name)).filter((pid) => all.includes(pid));
  };
  const killAll = (pids: number[]): void => pids.forEach((pid) => process.kill(pid, 'SIGKILL'));

  beforeAll(() => {
    bed = openTestbed('preloaded');
  });
  afterAll(() => bed.close());

  it('a killed worker: the sandbox goes on, is found, awaited and collected by another', async () => {
    const name = bed.name();
    const input = JSON.stringify({ root: bed.root, name, spec: bed.spec(sleepFor(1)) });
    const script = new URL('starter.testbed.ts', import.meta.url).pathname;
    const worker = spawn(process.execPath, ['--import', 'tsx', script, input], {
      env: { ...process.env, ACE_SOLUTION_PYTHON: solutionPython },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => worker.stdout.once('data', resolve));
    worker.kill('SIGKILL');
    await new Promise((resolve) => worker.once('close', resolve));
    expect(await bed.sandbox.find(name)).toBe('running');
    await bed.sandbox.start(name, bed.spec('raise SystemExit(1)'));
    await bed.sandbox.wait(name);
    expect(await bed.sandbox.find(name)).toBe('finished');
    const result = await bed.sandbox.collect(name);
    expect(result).toMatchObject({ verdict: 'ok' });
    expect(readFileSync(result.submissionPath ?? '', 'utf8')).toBe('done');
    await bed.sandbox.remove(name);
    expect(await bed.sandbox.find(name)).toBe('absent');
  });

  it('a killed supervisor: the execution is lost, and nothing of it lives', async () => {
    const marker = `marker-${Date.now()}`;
    const name = await bed.start(
      `import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', '${marker}'])`,
    );
    await untilTrue(() => processesNaming(marker).length > 0, 'the child did not start');
    const groups = groupsOf(folder(name));
    expect(groups.length).toBeGreaterThan(0);
    killAll(supervisorsOf(name));
    await bed.sandbox.wait(name);
    expect(await bed.sandbox.find(name)).toBe('lost');
    await expect(bed.sandbox.collect(name)).rejects.toThrow('it is lost');
    expect(groups.filter(existsSync)).toEqual([]);
    expect(processesNaming(marker)).toEqual([]);
    await bed.sandbox.remove(name);
  });

  it('two starters at once: one execution', async () => {
    const name = bed.name();
    const code = `import time\nprint('once')\ntime.sleep(2)`;
    await Promise.all([1, 2, 3].map(() => bed.sandbox.start(name, bed.spec(code))));
    // Those that lost have said so, and end in a moment.
    await untilTrue(() => supervisorsOf(name).length === 1, 'not one supervisor, but several');
    expect(readdirSync(join(bed.root, 'staging'))).toEqual([]);
    await bed.sandbox.wait(name);
    const result = await bed.sandbox.collect(name);
    expect(readFileSync(result.stdoutPath, 'utf8')).toBe('once\n');
    await bed.sandbox.remove(name);
  });

  it('a killed preloaded parent: running programs end as they would, the next start brings another', async () => {
    const parents = () => processesNaming('preload.py').filter((pid) => isOf(pid, bed.root));
    const name = await bed.start(sleepFor(0.5));
    const [parent] = parents();
    killAll([parent ?? 0]);
    await bed.sandbox.wait(name);
    expect(await bed.sandbox.collect(name)).toMatchObject({ verdict: 'ok' });
    await bed.sandbox.remove(name);
    expect(await bed.run(`print(1)`)).toMatchObject({ verdict: 'ok' });
  });

  it('a killed monitor: the execution is lost, which is no verdict', async () => {
    const name = await bed.start(sleepFor(60));
    const [program] = groupsOf(folder(name)).flatMap(members);
    const monitor = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${program}/status`, 'utf8'))?.[1];
    killAll([Number(monitor)]);
    await bed.sandbox.wait(name);
    expect(await bed.sandbox.find(name)).toBe('lost');
    await bed.sandbox.remove(name);
  });

  it('stop ends everything and leaves no result; so does force where a supervisor does not answer', async () => {
    const stopped = await bed.start(sleepFor(600));
    const deaf = await bed.start(sleepFor(600));
    const groups = [stopped, deaf].flatMap((name) => groupsOf(folder(name)));
    await bed.sandbox.stop(stopped);
    expect(await bed.sandbox.find(stopped)).toBe('lost');
    supervisorsOf(deaf).forEach((pid) => process.kill(pid, 'SIGSTOP'));
    await reap(solutionPython, folder(deaf), true);
    await bed.sandbox.wait(deaf);
    expect(await bed.sandbox.find(deaf)).toBe('lost');
    expect(groups.filter(existsSync)).toEqual([]);
    await Promise.all([stopped, deaf].map((name) => bed.sandbox.remove(name)));
  });

  it('an aborted wait leaves the sandbox running; a running one is not removed', async () => {
    const name = await bed.start(sleepFor(600));
    await expect(bed.sandbox.wait(name, AbortSignal.timeout(50))).rejects.toThrow();
    expect(await bed.sandbox.find(name)).toBe('running');
    await expect(bed.sandbox.remove(name)).rejects.toThrow('stop it first');
    await bed.sandbox.stop(name);
    await bed.sandbox.remove(name);
  });

  it('sweep stops and removes what nobody owns, and only that', async () => {
    const owned = await bed.start(sleepFor(600));
    const disowned = await bed.start(sleepFor(600));
    const finished = await bed.start(`print(1)`);
    await bed.sandbox.wait(finished);
    const groups = groupsOf(folder(disowned));
    const swept = await bed.sandbox.sweep((name) =>
      Promise.resolve(name.attempt === owned.attempt),
    );
    expect(swept).toHaveLength(2);
    expect(swept).toEqual(expect.arrayContaining([disowned, finished]));
    expect(await bed.sandbox.find(owned)).toBe('running');
    expect(groups.filter(existsSync)).toEqual([]);
    expect(readdirSync(join(bed.root, 'executions'))).toEqual([encodeName(owned)]);
    await bed.sandbox.stop(owned);
    await bed.sandbox.remove(owned);
  });

  it('what cannot be set up leaves the name free and says why', async () => {
    const name = bed.name();
    const spec = { ...bed.spec('print(1)'), publicData: join(bed.root, 'nowhere') };
    await expect(bed.sandbox.start(name, spec)).rejects.toThrow('no public data at');
    expect(await bed.sandbox.find(name)).toBe('absent');
    expect(readdirSync(join(bed.root, 'staging'))).toEqual([]);
  });

  it('a bwrap that fails leaves the name free and nothing behind, and its words are heard', async () => {
    const name = bed.name();
    const options = { root: bed.root, python: solutionPython, bwrap: '/bin/ls' };
    const broken = createBubblewrapSandbox(options);
    await expect(broken.start(name, bed.spec('print(1)'))).rejects.toThrow('unrecognized option');
    expect(await bed.sandbox.find(name)).toBe('absent');
    expect(readdirSync(join(bed.root, 'staging'))).toEqual([]);
    await bed.sandbox.start(name, bed.spec('print(1)'));
    await bed.sandbox.wait(name);
    expect(await bed.sandbox.collect(name)).toMatchObject({ verdict: 'ok' });
  });
});

const members = (group: string): string[] =>
  readFileSync(join(group, 'cgroup.procs'), 'utf8').trim().split('\n').filter(Boolean);

/** Whether a preloaded parent is the one of this root: it has the log there open. */
const isOf = (pid: number, root: string): boolean =>
  readdirSync(`/proc/${pid}/fd`).some((name) => {
    const path = `/proc/${pid}/fd/${name}`;
    return existsSync(path) && readlinkSync(path).startsWith(root);
  });
