/**
 * How long a trivial program takes from its start to its removal, cold and off the preloaded parent, one, two
 * and four at once, and the CPU time that all of it costs:
 *
 *     ACE_SOLUTION_PYTHON=... npx tsx libs/sandbox/bench/startup.ts [COUNT]
 */
import { readFileSync } from 'node:fs';
import { openTestbed, type Testbed } from '../src/testbed.ts';

const count = Number(process.argv[2] ?? 40);

/** CPU seconds of the whole machine that were not idle: right only where nothing else runs. */
function busySeconds(): number {
  const fields =
    readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).slice(1, 9).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = fields;
  return (user + nice + system + irq + softIrq) / 100;
}

async function measure(bed: Testbed, code: string, atOnce: number): Promise<number[]> {
  const times: number[] = [];
  const runSome = async (): Promise<void> => {
    for (let index = 0; index < count / atOnce; index++) {
      const begin = performance.now();
      await bed.run(code);
      times.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runSome));
  return times.sort((a, b) => a - b);
}

const programs = { trivial: 'print(1)', imports: 'import pandas, sklearn.ensemble' };

for (const way of ['preloaded', 'cold'] as const) {
  const bed = openTestbed(way);
  try {
    await bed.run('print(1)');
    for (const [what, code] of Object.entries(programs)) {
      for (const atOnce of [1, 2, 4]) {
        const [begin, busy] = [performance.now(), busySeconds()];
        const times = await measure(bed, code, atOnce);
        const at = (share: number): string =>
          (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
        const seconds = (performance.now() - begin) / 1000;
        const cpu = ((busySeconds() - busy) * 1000) / times.length;
        console.log(
          `${way.padEnd(9)} ${what.padEnd(8)} ${atOnce} at once: median ${at(0.5)} ms (10 % ${at(0.1)}, 90 % ${at(0.9)}), ` +
            `${(times.length / seconds).toFixed(1)}/s, ${cpu.toFixed(0)} ms of CPU each`,
        );
      }
    }
  } finally {
    await bed.close();
  }
}
