import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestbed, type Testbed, type Way } from './testbed.ts';

/** Seconds that a verdict's CPU time may lie off: two looks at the limits, on a machine that is late. */
const slack = 0.35;

const burn = (seconds: number): string => `
import time
start = time.process_time()
while time.process_time() - start < ${seconds}: pass
`;

/** The grammar's programs use less than a third or more than three times of a limit: a gap that must hold. */
describe('limits on a machine whose cores are all busy', () => {
  const burners: ChildProcess[] = [];
  beforeAll(() => {
    for (let core = 0; core < availableParallelism(); core++) {
      burners.push(
        spawn(process.execPath, [
          '-e',
          'const end = Date.now() + 60000; while (Date.now() < end);',
        ]),
      );
    }
  });
  afterAll(() => burners.forEach((burner) => burner.kill('SIGKILL')));

  describe.each<Way>(['preloaded', 'polled'])('%s', (way) => {
    let bed: Testbed;
    beforeAll(() => {
      bed = openTestbed(way);
    });
    afterAll(() => bed.close());

    it('CPU time: a third of the limit passes, three times of it is cut close to the limit', async () => {
      const limits = { cpuSeconds: 1 };
      const [light, heavy] = await Promise.all([
        bed.run(burn(1 / 3), limits),
        bed.run(burn(3), limits),
      ]);
      expect(light.verdict).toBe('ok');
      expect(Math.abs(light.cpuSeconds - 1 / 3)).toBeLessThan(slack);
      expect(heavy.verdict).toBe('time limit');
      expect(heavy.cpuSeconds).toBeGreaterThanOrEqual(1);
      expect(heavy.cpuSeconds).toBeLessThan(1 + slack);
    });

    it('memory: a third of the limit passes, three times of it does not', async () => {
      const limits = { memoryBytes: 300 << 20 };
      const use = (bytes: number): string =>
        `block = b'x' * ${bytes}\nimport time; time.sleep(0.3)`;
      const [light, heavy] = await Promise.all([
        bed.run(use(100 << 20), limits),
        bed.run(use(900 << 20), limits),
      ]);
      expect([light.verdict, heavy.verdict]).toEqual(['ok', 'memory limit']);
    });
  });
});
