import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DockerTestbed, openDockerTestbed } from './docker.testbed.ts';

const hog = `blocks = []\nwhile True: blocks.append(bytearray(b'x' * (1 << 20)))`;
const inChild = (code: string): string =>
  `import os\nif os.fork() == 0:\n    ${code.replaceAll('\n', '\n    ')}\nos.wait()\n`;

describe('verdicts in a container', () => {
  let bed: DockerTestbed;
  beforeAll(async () => {
    bed = openDockerTestbed();
    await bed.sandbox.check();
  });
  afterAll(() => bed.close());

  it('ok: with output and submission, also of a file that the program never closed', async () => {
    const outcome = await bed.run(`
import sys
print('hello', open('/data/train.csv').read())
print('a warning', file=sys.stderr)
unclosed = open('submission.csv', 'w')
unclosed.write('id,target\\n1,0.5\\n')
`);
    expect(outcome).toMatchObject({
      ...{ verdict: 'ok', exitCode: 0, signal: null, submission: 'id,target\n1,0.5\n' },
      ...{ stdout: 'hello id,x\n1,2\n\n', stderr: 'a warning\n' },
    });
    expect(outcome.cpuSeconds).toBeGreaterThan(0);
    expect(outcome.wallSeconds).toBeGreaterThan(0);
    expect(outcome.peakMemoryBytes).toBeGreaterThan(1 << 20);
    expect(outcome.image).toBe((await bed.sandbox.image()).id);
  });

  it('of a container that somebody removed: the image is known all the same', async () => {
    const name = await bed.start('pass');
    await bed.sandbox.wait(name);
    await (await bed.container(name)).remove();
    const { image } = await bed.sandbox.collect(name);
    expect(image).toBe((await bed.sandbox.image()).id);
    await bed.sandbox.remove(name);
  });

  it('crashed: by an exception, by exit code, by a signal', async () => {
    const raised = await bed.run(`def f():\n    raise ValueError('no')\nf()\n`);
    expect(raised).toMatchObject({ verdict: 'crashed', exitCode: 1, signal: null });
    expect(raised.stderr).toBe(`Traceback (most recent call last):
  File "/attempt/solution.py", line 3, in <module>
    f()
  File "/attempt/solution.py", line 2, in f
    raise ValueError('no')
ValueError: no
`);
    expect(await bed.run(`raise SystemExit(7)`)).toMatchObject({ verdict: 'crashed', exitCode: 7 });
    expect(await bed.run(`import ctypes; ctypes.string_at(0)`)).toMatchObject({
      ...{ verdict: 'crashed', exitCode: null, signal: 11 },
    });
  });

  it('no exit code is mistaken for what the monitor says by its own', async () => {
    for (const code of [120, 121, 122, 125, 137]) {
      const outcome = await bed.run(`import os; os._exit(${code})`);
      expect(outcome).toMatchObject({ verdict: 'crashed', exitCode: code });
    }
  });

  it('time limit: CPU time of the whole tree, also of children that are gone', async () => {
    const outcome = await bed.run(
      `
import os, time
print('began')
while True:
    if os.fork() == 0:
        end = time.process_time() + 0.1
        while time.process_time() < end: pass
        os._exit(0)
    os.wait()
`,
      { cpuSeconds: 1 },
    );
    expect(outcome).toMatchObject({ verdict: 'time limit', stdout: 'began\n' });
    expect(outcome.cpuSeconds).toBeGreaterThan(1);
    expect(outcome.cpuSeconds).toBeLessThan(1.5);
  });

  it('time limit: TERM first, and what is written then is kept', async () => {
    const outcome = await bed.run(
      `
import signal, sys, time
def end(*_):
    print('told to end')
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
time.sleep(60)
`,
      { wallSeconds: 0.5 },
    );
    expect(outcome).toMatchObject({ verdict: 'time limit', stdout: 'told to end\n' });
    expect(outcome.detail).toContain('of 0.5 seconds');
    expect(outcome.wallSeconds).toBeLessThan(2);
  });

  it('time limit: a program that ignores every signal that can be ignored is killed after a grace', async () => {
    const code = `
import signal
for number in (signal.SIGTERM, signal.SIGXCPU, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
while True: pass
`;
    const outcome = await bed.run(code, { cpuSeconds: 0.3 });
    expect(outcome).toMatchObject({ verdict: 'time limit' });
    expect(outcome.wallSeconds).toBeGreaterThan(2);
    expect(outcome.wallSeconds).toBeLessThan(20);
  });

  it('memory limit: in the program, in its child while it exits 0, and asked for at once', async () => {
    const limits = { memoryBytes: 100 << 20, cpuSeconds: 60 };
    expect(await bed.run(hog, limits)).toMatchObject({ verdict: 'memory limit' });
    expect(await bed.run(inChild(hog), limits)).toMatchObject({ verdict: 'memory limit' });
    const atOnce = `import numpy; numpy.ones(1 << 50)`;
    expect(await bed.run(atOnce, limits)).toMatchObject({ verdict: 'memory limit' });
  });

  it('memory limit: a child that the kernel kills before anybody looks', async () => {
    const sudden = inChild(
      `import mmap\nmmap.mmap(-1, 4 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_POPULATE)`,
    );
    const outcome = await bed.run(sudden, { memoryBytes: 100 << 20 });
    expect(outcome).toMatchObject({ verdict: 'memory limit' });
    expect(outcome.detail).toMatch(/memory/);
  });

  it.each(['/attempt', '/tmp', '/dev/shm'])(
    'disk limit in %s: full, and also when the program died of it or hid it',
    async (folder) => {
      const big = `open('${folder}/big', 'wb').write(b'x' * (65 << 20))`;
      const died = `import os\ntry:\n    ${big}\nexcept OSError:\n    os.unlink('${folder}/big')\n    raise\n`;
      expect(await bed.run(died)).toMatchObject({ verdict: 'disk limit' });
      const hid = `try:\n    ${big}\nexcept OSError: pass\n`;
      expect(await bed.run(hid)).toMatchObject({ verdict: 'disk limit' });
    },
  );

  it('disk limit: all scratch folders count together', async () => {
    const fill = `open('big', 'wb').write(b'x' * (40 << 20)); open('/tmp/big', 'wb').write(b'x' * (40 << 20))`;
    expect(await bed.run(`${fill}\nimport time; time.sleep(60)`)).toMatchObject({
      verdict: 'disk limit',
    });
  });

  it('output limit: a hundred megabytes are cut', async () => {
    const outcome = await bed.run(`
import sys
for _ in range(100):
    sys.stdout.write('x' * (1 << 20)); sys.stderr.write('y' * 1000)
`);
    expect(outcome).toMatchObject({ verdict: 'output limit' });
    expect(outcome.stdout.length + outcome.stderr.length).toBe(1 << 20);
  });

  it('lost: a kill that no limit explains', async () => {
    const outcome = await bed.run(`import os; os.kill(os.getpid(), 9)`);
    expect(outcome).toMatchObject({ verdict: 'lost', signal: 9 });
    expect(outcome.detail).toContain('no limit explains it');
  });

  it('a fork bomb and orphans end with the container', async () => {
    const bomb = await bed.run(`import os\nwhile True: os.fork()`, {
      processes: 20,
      cpuSeconds: 2,
    });
    expect(['crashed', 'time limit']).toContain(bomb.verdict);
    const orphan = await bed.run(`
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
os.wait()
`);
    expect(orphan).toMatchObject({ verdict: 'ok' });
    expect(orphan.wallSeconds).toBeLessThan(20);
  });

  it('a submission is a regular file of one name, or there is none', async () => {
    const kinds = [
      `os.symlink('/etc/passwd', 'submission.csv')`,
      `open('a', 'w').write('x'); os.link('a', 'submission.csv')`,
      `os.mkfifo('submission.csv')`,
      `os.mkdir('submission.csv')`,
    ];
    for (const kind of kinds) {
      const outcome = await bed.run(`import os\n${kind}\n`);
      expect(outcome, kind).toMatchObject({ verdict: 'ok', submission: null });
    }
  });
});
