import {
  areaUnderCurve,
  type BootstrapInput,
  type Estimate,
  meanInterval,
  pairedBootstrap,
} from '@ace/curriculum';
import {
  type Difference,
  Finding,
  type Interval,
  type Measure,
  type RunCurve,
  type SamplerSummary,
  type Summary,
} from './results-contract.ts';
import { reference } from './samplers.ts';

/** The first is the primary one. */
export const measures: Measure[] = (['trainedOn', 'heldOut'] as const).flatMap((split) =>
  (['meanReward', 'validRate'] as const).map((quantity) => ({
    id: `${split}.${quantity}`,
    split,
    quantity,
  })),
);

const bootstrapSeed = 1;

/** The runs do not make up a paired comparison. */
export class UnpairedRunsError extends Error {
  override readonly name = 'UnpairedRunsError';
}

/**
 * What the curves say of each sampler and of its difference to the reference.
 * @throws {@link UnpairedRunsError} unless every sampler has one run of every seed, all measured at the
 * same numbers of executions, more than one.
 */
export function summarise(
  runs: readonly RunCurve[],
  samplers: readonly string[],
  resamples = 4000,
): Summary {
  requirePairs(runs, samplers);
  const of = (sampler: string): RunCurve[] =>
    runs.filter((run) => run.sampler === sampler).sort((a, b) => a.seed - b.seed);
  return {
    primary: measures[0]!.id,
    reference,
    measures,
    resamples,
    samplers: samplers.map((sampler) => ({
      ...summariseSampler(sampler, of(sampler)),
      differences:
        sampler === reference ? null : differencesOf(of(sampler), of(reference), resamples),
    })),
  };
}

function summariseSampler(
  sampler: string,
  runs: readonly RunCurve[],
): Omit<SamplerSummary, 'differences'> {
  return {
    sampler,
    areas: byMeasure((measure) => bounded(meanInterval(areasOf(runs, measure)))),
    curve: runs[0]!.curve.map(({ executions }, place) => ({
      executions,
      values: byMeasure((measure) => meanAt(runs, measure, place)),
    })),
  };
}

/** Mean over runs of the measurement at one place of their curves. */
export const meanAt = (runs: readonly RunCurve[], measure: Measure, place: number): Interval =>
  bounded(meanInterval(runs.map(({ curve }) => valueOf(curve[place]!, measure))));

export const byMeasure = <T>(value: (measure: Measure) => T): Record<string, T> =>
  Object.fromEntries(measures.map((measure) => [measure.id, value(measure)]));

const valueOf = (point: RunCurve['curve'][number], { split, quantity }: Measure): number =>
  point[split][quantity];

function areasOf(runs: readonly RunCurve[], measure: Measure): number[] {
  return runs.map(({ run, curve }) => {
    const points = curve.map((point) => ({
      executions: point.executions,
      value: valueOf(point, measure),
    }));
    const area = areaUnderCurve(points);
    if (area === null) throw new UnpairedRunsError(`${run} was measured once: there is no area`);
    return area;
  });
}

/** Of each run's area to that of the reference's run of the same seed; both in order of seeds. */
function differencesOf(
  runs: readonly RunCurve[],
  others: readonly RunCurve[],
  resamples: number,
): Record<string, Difference> {
  return byMeasure((measure) => {
    const areas = areasOf(others, measure);
    const differences = areasOf(runs, measure).map((area, place) => area - areas[place]!);
    const comparison = `${measure.id}: ${runs[0]!.sampler} minus ${others[0]!.sampler}`;
    return differenceOf({ differences, resamples, seed: bootstrapSeed, comparison });
  });
}

function differenceOf(input: BootstrapInput): Difference {
  const estimate = pairedBootstrap(input);
  const { differences } = input;
  return {
    ...bounded(estimate),
    pairs: differences.length,
    above: differences.filter((difference) => difference > 0).length,
    below: differences.filter((difference) => difference < 0).length,
    finding: findingOf(estimate),
  };
}

function findingOf({ low, high }: Estimate): Finding {
  if (low > 0) return Finding.Higher;
  return high < 0 ? Finding.Lower : Finding.NoneShown;
}

const bounded = ({ value, low, high }: Estimate): Interval => ({
  value,
  low: Number.isFinite(low) ? low : null,
  high: Number.isFinite(high) ? high : null,
});

function requirePairs(runs: readonly RunCurve[], samplers: readonly string[]): void {
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const executionsOf = ({ curve }: RunCurve): string => curve.map((p) => p.executions).join(' ');
  for (const seed of seeds) {
    for (const sampler of samplers) {
      const found = runs.filter((run) => run.seed === seed && run.sampler === sampler);
      if (found.length !== 1) {
        throw new UnpairedRunsError(`${sampler} has ${found.length} runs of seed ${seed}, not 1`);
      }
    }
  }
  const first = runs[0];
  if (!first || !samplers.includes(reference)) {
    throw new UnpairedRunsError(`there is no run of ${reference} to compare with`);
  }
  const other = runs.find((run) => executionsOf(run) !== executionsOf(first));
  if (!other) return;
  throw new UnpairedRunsError(
    `${other.run} was measured after ${executionsOf(other)} executions, ${first.run} after ${executionsOf(first)}`,
  );
}
