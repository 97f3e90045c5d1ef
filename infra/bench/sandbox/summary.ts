import type { Block, LevelBlocks } from './measure.ts';
import type { Compared, Making, Measured, Results, WayId } from './results-contract.ts';
import { wayIds } from './results-contract.ts';
import { median, pairedRatio, quantile } from './statistics.ts';
import { sumOf } from './stopwatch.ts';

export interface Measurements {
  program: string;
  count: number;
  /** In order of numbers at once; the first is of one at once. */
  levels: readonly LevelBlocks[];
}

/** What the blocks say of each way, and of one compared with another. */
export function summarise({ program, count, levels }: Measurements, making: Making): Results {
  const comparisons = levels.map(compare);
  const measured = levels.flatMap((level) => wayIds.map((way) => describe(way, level)));
  const { overhead, plain } = comparisons[0]!;
  return {
    ...{ benchmark: 'sandbox', ...making, program, count },
    ...{ overheadRatio: overhead.value, overheadInterval: overhead.interval },
    ...{ plainRatio: plain.value, plainInterval: plain.interval },
    perSecond: perSecondOf(measured),
    ...{ comparisons, measured },
  };
}

function compare({ atOnce, blocks }: LevelBlocks): Compared {
  const seconds = (way: WayId): number[] => blocks[way].map((block) => block.seconds);
  return {
    atOnce,
    overhead: pairedRatio(seconds('ours'), seconds('bare')),
    plain: pairedRatio(seconds('ours'), seconds('plain')),
    containment: pairedRatio(seconds('bare'), seconds('plain')),
  };
}

function describe(way: WayId, { atOnce, blocks }: LevelBlocks): Measured {
  const executions = blocks[way].flatMap((block) => block.executions);
  const times = executions.map(sumOf);
  return {
    ...{ way, atOnce, executions: executions.length },
    ...{ medianMs: median(times), p10Ms: quantile(times, 0.1), p90Ms: quantile(times, 0.9) },
    perSecond: executions.length / secondsOf(blocks[way]),
    stepsMs: Object.fromEntries(
      Object.keys(executions[0] ?? {}).map((step) => [
        step,
        median(executions.map((steps) => steps[step]!)),
      ]),
    ),
  };
}

const secondsOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, { seconds }) => sum + seconds, 0);

function perSecondOf(measured: readonly Measured[]): Results['perSecond'] {
  const perSecond: Results['perSecond'] = { ours: {}, bare: {}, plain: {} };
  for (const one of measured) perSecond[one.way][one.atOnce] = one.perSecond;
  return perSecond;
}
