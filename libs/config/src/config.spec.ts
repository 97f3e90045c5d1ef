import { describe, expect, it } from 'vitest';
import { type ConfigSources, resolveRunConfig } from './index.ts';

const sources: ConfigSources = {
  recipes: { quickstart: { iterations: 3 }, nightly: { groups: 16, groupSize: 8 } },
  competitions: { train: ['ames', 'titanic'], heldOut: ['loans'] },
};

const refusal = (input: unknown): string => {
  try {
    resolveRunConfig(input, sources);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was accepted');
};

describe('resolveRunConfig', () => {
  it('takes {} for the default recipe over the defaults', () => {
    const config = resolveRunConfig({}, sources);
    expect(config).toMatchObject({
      iterations: 3,
      groups: 8,
      competitions: { heldOut: ['loans'] },
    });
  });

  it('puts the input over the recipe, field by field', () => {
    const config = resolveRunConfig({ recipe: 'nightly', sampler: { kind: 'uniform' } }, sources);
    expect(config.groups).toBe(16);
    expect(config.sampler).toMatchObject({ kind: 'uniform', averageRate: 0.5 });
  });

  it.each([
    [{ recipe: 'quikstart' }, /recipe: expected one of quickstart, nightly, got "quikstart"/],
    [{ iteration: 3 }, /iteration: unknown field/],
    [{ sampler: { temprature: 1 } }, /sampler\.temprature: unknown field/],
    [{ groups: 'four' }, /groups: .*expected number.*got "four"/],
    [{ groupSize: 1 }, /groupSize: .*>=2.*got 1/],
    [
      { pipelineDepth: 4, iterationsPerSegment: 2 },
      /pipelineDepth: expected at most iterationsPerSegment \(2\)/,
    ],
    [{ minGroups: 9 }, /minGroups: expected at most groups \(8\)/],
    [
      { competitions: { train: ['amse'] } },
      /competitions\.train\.0: expected one of ames, titanic, loans, got "amse"/,
    ],
    [{ competitions: { train: ['ames', 'loans'] } }, /"loans" is there twice/],
    [[], /expected one JSON object/],
    ['quickstart', /expected one JSON object, got "quickstart"/],
  ])('refuses %j and names the field', (input, message) => {
    expect(refusal(input)).toMatch(message);
  });
});
