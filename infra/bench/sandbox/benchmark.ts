import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnStep } from '../../src/steps.ts';
import { tellStep } from '../../src/steps.ts';
import { makingOf } from './making.ts';
import { type LevelBlocks, measureLevel } from './measure.ts';
import type { Options } from './options.ts';
import { levels, type Results } from './results-contract.ts';
import { summarise } from './summary.ts';
import { withSystem } from './system.ts';
import { program, waysOf } from './ways.ts';

/** The whole benchmark. When `signal` aborts, it ends after what runs and rejects with the signal's reason. */
export function benchmark(
  { count }: Options,
  onStep: OnStep,
  signal: AbortSignal,
): Promise<Results> {
  return withSystem(onStep, async ({ provided, sandbox, options, python, folder }) => {
    const shown = join(folder, 'shown');
    await mkdir(shown);
    const ways = await waysOf(sandbox, options, shown);
    const measured: LevelBlocks[] = [];
    for (const atOnce of levels) {
      const measure = () => measureLevel(ways, atOnce, count, signal);
      const detail = `${count} programs or more, each way`;
      measured.push(await tellStep(onStep, `${atOnce} at once`, detail, measure, () => detail));
    }
    return summarise({ program, count, levels: measured }, await makingOf(provided, python));
  });
}
