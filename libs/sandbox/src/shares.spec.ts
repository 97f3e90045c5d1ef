import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { SandboxInfrastructureError, SandboxUnavailableError } from './port.ts';
import { openTestbed, solutionPython, type Testbed, type Way } from './testbed.ts';

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
    const outcome = await bed.run(burn);
    expect(outcome).toMatchObject({ verdict: 'ok', submission: 'done' });
    expect(outcome.wallSeconds).toBeGreaterThan(1);
    expect(outcome.cpuSeconds).toBeLessThan(1);
  });

  it('meets its limit on CPU time as ever', async () => {
    const outcome = await bed.run('while True: pass', { cpuSeconds: 0.4 });
    expect(outcome.verdict).toBe('time limit');
    expect(outcome.cpuSeconds).toBeLessThan(0.75);
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
    const started = bed.sandbox.start(name, bed.spec('pass'));
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
