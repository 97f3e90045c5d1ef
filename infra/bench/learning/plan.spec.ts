import { InputError } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { loadRecipes } from '../../src/recipes.ts';
import { planRuns, programsOf, recipe } from './plan.ts';
import { samplerVariants } from './samplers.ts';

const sources = {
  config: {
    recipes: { [recipe]: { iterations: 4 } },
    competitions: { train: ['a', 'b'], heldOut: ['c'] },
  },
  fingerprints: { a: '1', b: '2', c: '3' },
  sources: 'x',
};
const wanted: Parameters<typeof planRuns>[0] = {
  seeds: 2,
  samplers: ['lp', 'lp-without-staleness', 'uniform'],
  iterations: null,
};
const names = (options = wanted, from = sources): string[] =>
  planRuns(options, from).map(({ name }) => name);

describe('programsOf', () => {
  it('counts training and every evaluated version, with all competitions', () => {
    const evaluation = { samplesPerCompetition: 2, everyIterations: 2 };
    const small = { iterations: 3, groups: 2, groupSize: 4, evaluation };
    const config = { ...sources.config, recipes: { [recipe]: small } };
    const [run] = planRuns(wanted, { ...sources, config });
    expect(programsOf(run!.config)).toBe(3 * 2 * 4 + 3 * 3 * 2);
  });
});

describe('planRuns', () => {
  it('makes all samplers of a seed before the next seed', () => {
    const order = planRuns(wanted, sources).map(({ sampler, seed }) => `${sampler} ${seed}`);
    expect(order).toEqual([
      ...['lp 1001', 'lp-without-staleness 1001', 'uniform 1001'],
      ...['lp 1002', 'lp-without-staleness 1002', 'uniform 1002'],
    ]);
  });

  it('gives runs that differ in seed and sampler alone', () => {
    const [lp, without, uniform] = planRuns(wanted, sources).map(({ config }) => config);
    expect(without).toEqual({ ...lp, sampler: { ...lp!.sampler, stalenessBonus: 0 } });
    expect(uniform).toEqual({ ...lp, sampler: { ...lp!.sampler, kind: 'uniform' } });
  });

  it('names the same measurement the same, whatever else is measured', () => {
    expect(names({ ...wanted, seeds: 1, samplers: ['uniform'] })).toEqual([names()[2]]);
    expect(names()[0]).toMatch(/^learning-lp-1001-[0-9a-f]{8}$/);
    expect(new Set(names()).size).toBe(6);
  });

  it.each([
    ['iterations', { ...wanted, iterations: 3 }, sources],
    ['data', wanted, { ...sources, fingerprints: { ...sources.fingerprints, c: '4' } }],
    ['sources', wanted, { ...sources, sources: 'y' }],
  ])('names a measurement with other %s otherwise', (_, options, from) => {
    expect(names(options, from).some((name) => names().includes(name))).toBe(false);
  });

  it('refuses what no run could be started with', () => {
    const impossible = { ...sources.config, recipes: { [recipe]: { groups: 0 } } };
    expect(() => planRuns(wanted, { ...sources, config: impossible })).toThrow(InputError);
  });

  it('reads the committed recipe, with equal steps between evaluations', async () => {
    const config = { ...sources.config, recipes: await loadRecipes() };
    const all = { ...wanted, samplers: samplerVariants.map(({ id }) => id) };
    const [run] = planRuns(all, { ...sources, config });
    const { iterations, evaluation, pipelineDepth } = run!.config;
    expect(iterations % evaluation.everyIterations).toBe(0);
    expect(pipelineDepth).toBe(1);
  });
});
