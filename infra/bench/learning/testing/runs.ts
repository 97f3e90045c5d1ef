import { defaults, type RunConfig } from '@ace/config';
import type { Measured, Results, RunCurve } from '../results-contract.ts';
import { variantOf } from '../samplers.ts';
import { byMeasure, meanAt, summarise } from '../summary.ts';

const drafts = 40;

const measured = (validRate: number): Measured => ({
  ...{ drafts, valid: Math.round(validRate * drafts), validRate, meanReward: validRate * 0.7 },
});

/** A run measured at 0, 24 and 48 executions with these valid rates; a tenth less on what is held out. */
export function runOf(sampler: string, seed: number, rates: readonly number[]): RunCurve {
  const run = `learning-${sampler}-${seed}`;
  const curve = rates.map((rate, version) => ({
    ...{ version, executions: version * 24 },
    ...{ trainedOn: measured(rate), heldOut: measured(rate * 0.9) },
    competitions: { 'telco-churn': measured(rate) },
  }));
  const executions = { training: 48, evaluation: 240 };
  return { run, sampler, seed, digest: '', executions, seconds: 60, curve };
}

/** Results of these runs, with everything else made up. */
export function resultsWith(runs: readonly RunCurve[], samplers: readonly string[]): Results {
  const config: RunConfig = { ...defaults, competitions: { train: ['a'], heldOut: ['b'] } };
  const fared = { 'telco-churn': { valid: true, reward: 0.3 } };
  const figures = { trainedOn: measured(0.4), heldOut: measured(0.35), competitions: fared };
  return {
    benchmark: 'learning',
    madeAt: '2026-01-01T00:00:00.000Z',
    made: {
      ...{ sources: '', commit: null, versions: {}, parallel: 1 },
      machine: { cpu: 'a', cores: 2, memoryBytes: 1, system: 'b' },
    },
    config,
    samplers: samplers.map((id) => ({ ...variantOf(id), sampler: config.sampler })),
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    summary: summarise(runs, samplers, 1000),
    baselines: {
      uniformRandom: byMeasure((measure) => meanAt(runs, measure, 0)),
      bestConstant: { choices: {}, ...figures, seen: 900, shortlisted: 16, executions: 120 },
    },
    checks: {
      ...{ executionsPerRun: 48, sameStart: true, sourcesChanged: false },
      ...{ repeatedPrograms: 300, disagreeingPrograms: 0 },
    },
    runs: [...runs],
  };
}

/** Ten paired seeds: LP is ahead of uniform by 0.1 to 0.19 in the end, roots-only by nothing. */
export function tenSeeds(): RunCurve[] {
  return Array.from({ length: 10 }, (_, index) => 1001 + index).flatMap((seed) => {
    const luck = (seed % 10) / 100;
    return [
      runOf('lp', seed, [0.15, 0.4 + luck, 0.7 + 2 * luck]),
      runOf('uniform', seed, [0.15, 0.4 + luck, 0.6 + luck]),
      runOf('roots-only', seed, [0.15, 0.4 + luck, 0.6 + luck]),
    ];
  });
}
