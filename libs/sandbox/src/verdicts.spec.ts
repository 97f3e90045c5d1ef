import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestbed, type Testbed, type Way } from './testbed.ts';

const everyWay: Way[] = ['preloaded', 'cold', 'polled'];

describe.each(everyWay)('verdicts, %s', (way) => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = openTestbed(way);
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
    expect(await bed.run(`x = (\n`)).toMatchObject({
      verdict: 'crashed',
      stderr: `  File "/attempt/solution.py", line 1\n    x = (\n        ^\nSyntaxError: '(' was never closed\n`,
    });
    expect(await bed.run(`import ctypes; ctypes.string_at(0)`)).toMatchObject({
      ...{ verdict: 'crashed', exitCode: null, signal: 11 },
    });
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

  it('time limit: wall clock of a program that only sleeps', async () => {
    const outcome = await bed.run(`import time; time.sleep(60)`, { wallSeconds: 0.5 });
    expect(outcome).toMatchObject({ verdict: 'time limit' });
    expect(outcome.detail).toContain('of 0.5 seconds');
  });

  it('memory limit: in the program, in its child, and asked for at once', async () => {
    const hog = `blocks = []\nwhile True: blocks.append(bytearray(b'x' * (1 << 20)))`;
    const limits = { memoryBytes: 100 << 20, cpuSeconds: 60 };
    expect(await bed.run(hog, limits)).toMatchObject({ verdict: 'memory limit' });
    const child = `import os\nif os.fork() == 0:\n    ${hog.replace('\n', '\n    ')}\nos.wait()\n`;
    expect(await bed.run(child, limits)).toMatchObject({ verdict: 'memory limit' });
    const atOnce = `import numpy; numpy.ones(1 << 50)`;
    expect(await bed.run(atOnce, limits)).toMatchObject({ verdict: 'memory limit' });
  });

  it('disk limit: full, and also when the program died of it or hid it', async () => {
    const fill = `open('big', 'wb').write(b'x' * (40 << 20)); open('/tmp/big', 'wb').write(b'x' * (40 << 20))`;
    expect(await bed.run(`${fill}\nimport time; time.sleep(60)`)).toMatchObject({
      verdict: 'disk limit',
    });
    const died = `import os\ntry:\n    open('/dev/shm/big', 'wb').write(b'x' * (65 << 20))
except OSError:\n    os.unlink('/dev/shm/big')\n    raise\n`;
    expect(await bed.run(died)).toMatchObject({ verdict: 'disk limit' });
    const hid = `try:\n    open('big', 'wb').write(b'x' * (65 << 20))\nexcept OSError: pass\n`;
    expect(await bed.run(hid)).toMatchObject({ verdict: 'disk limit' });
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
});
