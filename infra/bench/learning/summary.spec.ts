import { describe, expect, it } from 'vitest';
import { Finding, type SamplerSummary } from './results-contract.ts';
import { summarise, UnpairedRunsError } from './summary.ts';
import { runOf, tenSeeds } from './testing/runs.ts';

const samplers = ['lp', 'uniform', 'roots-only'];
const summary = summarise(tenSeeds(), samplers, 1000);
const summaryOf = (id: string): SamplerSummary =>
  summary.samplers.find(({ sampler }) => sampler === id)!;

describe('summarise', () => {
  it('takes the area per execution: the mean height of the curve', () => {
    const runs = [runOf('uniform', 1, [0, 0.5, 1]), runOf('uniform', 2, [0, 0.5, 1])];
    const [uniform] = summarise(runs, ['uniform']).samplers;
    expect(uniform!.areas['trainedOn.validRate']).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    expect(uniform!.areas['heldOut.validRate']!.value).toBeCloseTo(0.45);
  });

  it('finds what is higher, with an interval of the paired differences alone', () => {
    // Trapezoids over 24 + 24 executions: the end weighs a quarter; the differences are 0.1 to 0.19.
    const difference = summaryOf('lp').differences!['trainedOn.validRate']!;
    expect(difference.value).toBeCloseTo((0.1 + 0.045) / 4);
    expect(difference.low).toBeGreaterThan(0.1 / 4);
    expect(difference.high).toBeLessThan(0.19 / 4);
    expect(difference).toMatchObject({ pairs: 10, above: 10, below: 0, finding: Finding.Higher });
  });

  it('reports a null result as one, and nothing of the reference against itself', () => {
    const difference = summaryOf('roots-only').differences!['trainedOn.meanReward'];
    expect(difference).toMatchObject({ value: 0, low: 0, high: 0, finding: Finding.NoneShown });
    expect(summaryOf('uniform').differences).toBeNull();
  });

  it('knows no interval, and so shows no difference, with one seed', () => {
    const runs = [runOf('lp', 1, [0.1, 0.8]), runOf('uniform', 1, [0.1, 0.2])];
    const [lp] = summarise(runs, ['lp', 'uniform']).samplers;
    const difference = lp!.differences!['trainedOn.validRate'];
    expect(difference).toMatchObject({ low: null, high: null, finding: Finding.NoneShown });
    expect(lp!.areas['trainedOn.validRate']).toMatchObject({ low: null, high: null });
  });

  it('gives the mean curve over seeds at each number of executions', () => {
    const { curve } = summaryOf('uniform');
    expect(curve.map(({ executions }) => executions)).toEqual([0, 24, 48]);
    expect(curve[0]!.values['trainedOn.validRate']!.value).toBeCloseTo(0.15);
    expect(curve[2]!.values['trainedOn.validRate']!.value).toBeCloseTo(0.645);
  });

  it.each([
    ['a missing run', tenSeeds().slice(1), 'lp has 0 runs of seed 1001'],
    ['a run twice', [...tenSeeds(), runOf('lp', 1001, [0.1, 0.2, 0.3])], 'lp has 2 runs'],
    ['no runs at all', [], 'no run of uniform'],
    [
      'unequal executions',
      [...tenSeeds().slice(0, -1), runOf('roots-only', 1010, [0, 1])],
      '0 24 48',
    ],
    ['a single measurement', samplers.map((sampler) => runOf(sampler, 1, [0.1])), 'measured once'],
  ])('refuses %s', (_, runs, words) => {
    expect(() => summarise(runs, samplers)).toThrow(UnpairedRunsError);
    expect(() => summarise(runs, samplers)).toThrow(words);
  });
});
