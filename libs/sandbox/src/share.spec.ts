import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { encodeName } from './names.ts';
import { SandboxInfrastructureError, type SandboxName, SandboxUnavailableError } from './port.ts';
import { groupsOf, openTestbed, solutionPython, type Testbed, type Way } from './testbed.ts';

/** Far enough out for a quarter of a core. */
const limits = { wallSeconds: 600 };
const burn = `
import time
while time.process_time() < 0.4: pass
open('submission.csv', 'w').write('done')
`;

describe.each<Way>(['preloaded', 'cold'])('a program that gets a quarter of a core, %s', (way) => {
  let bed: Testbed;
  beforeAll(() => {
    bed = openTestbed(way, { cpus: 0.25 });
  });
  afterAll(() => bed.close());

  it('can be had here', async () => {
    await expect(bed.sandbox.check()).resolves.toBeUndefined();
  });

  it('takes its time, and no more CPU time than without', async () => {
    const outcome = await bed.run(burn, limits);
    expect(outcome).toMatchObject({ verdict: 'ok', submission: 'done' });
    expect(outcome.wallSeconds).toBeGreaterThan(1);
    expect(outcome.cpuSeconds).toBeLessThan(1);
  });

  it('meets its limit on CPU time as ever', async () => {
    const outcome = await bed.run('while True: pass', { ...limits, cpuSeconds: 0.4 });
    expect(outcome.verdict).toBe('time limit');
    expect(outcome.cpuSeconds).toBeLessThan(0.75);
  });

  it.each([
    ['ends', 0.3, (name: SandboxName) => bed.sandbox.wait(name)],
    ['is stopped', 60, (name: SandboxName) => bed.sandbox.stop(name)],
  ])('leaves no control group when it %s', async (_, seconds, end) => {
    const name = await bed.start(`import time; time.sleep(${seconds})`, limits);
    const groups = groupsOf(join(bed.root, 'executions', encodeName(name)));
    expect(groups.some((group) => existsSync(join(group, 'cpu.stat')))).toBe(true);
    await end(name);
    expect(groups.filter(existsSync)).toEqual([]);
    await bed.sandbox.remove(name);
  });

  it('is refused where its limit on wall time is too near', async () => {
    const name = bed.name();
    const started = bed.sandbox.start(name, bed.spec('pass', { cpuSeconds: 4, wallSeconds: 30 }));
    await expect(started).rejects.toThrow(
      '0.25 of a processor (ACE_SANDBOX_CPUS) is too little for limits of 4 s of CPU time and 30 s of wall time: give at least 0.27',
    );
    expect(await bed.sandbox.find(name)).toBe('absent');
  });
});

describe('where no control group can give a share', () => {
  it('the check says so, and what to do', async () => {
    const bed = openTestbed('polled', { cpus: 0.25 });
    await expect(bed.sandbox.check()).rejects.toThrow(SandboxUnavailableError);
    await expect(bed.sandbox.check()).rejects.toThrow(/unset ACE_SANDBOX_CPUS, or set ACE_SANDBOX/);
    await bed.close();
  });

  it('no program starts without the share that it is to have', async () => {
    const bed = openTestbed('polled', { cpus: 0.25 });
    const name = bed.name();
    const started = bed.sandbox.start(name, bed.spec('pass', limits));
    await expect(started).rejects.toThrow(SandboxInfrastructureError);
    expect(await bed.sandbox.find(name)).toBe('absent');
    await bed.close();
  });
});

it('a share that the kernel refuses is named by the check', async () => {
  const bed = openTestbed('cold');
  const options = { root: bed.root, python: solutionPython, cpus: 1e-6 };
  await expect(createBubblewrapSandbox(options).check()).rejects.toThrow(
    /cannot give programs 0.000001 of a processor here: .*Invalid argument/s,
  );
  await bed.close();
});
