import { describe, expect, it } from 'vitest';
import {
  type AcceptedChange,
  type ConfigSources,
  type FindRun,
  refuseMoreThanOne,
  resolveRun,
  resolveRunConfig,
} from './index.ts';

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
    [
      { recipe: 'quikstart' },
      'recipe: expected one of quickstart, nightly, got "quikstart", did you mean "quickstart"?',
    ],
    [{ recipe: 'constructor' }, 'recipe: expected one of quickstart, nightly, got "constructor"'],
    [{ recipe: null }, 'recipe: expected one of quickstart, nightly, got null'],
    [{ recpie: 'nightly' }, 'recpie: unknown field, did you mean recipe?'],
    [{ iteration: 3 }, 'iteration: unknown field, did you mean iterations?'],
    [
      { sampler: { temprature: 1 } },
      'sampler.temprature: unknown field, did you mean sampler.temperature?',
    ],
    [{ learningRate: 0.1 }, 'learningRate: unknown field, did you mean update.learningRate?'],
    [
      { temperature: 2 },
      'temperature: unknown field, did you mean sampling.temperature or sampler.temperature?',
    ],
    [
      { evolve: { colour: 'red' } },
      'evolve.colour: unknown field, expected one of evolve.maxDepth, ' +
        'evolve.quotaPerCompetition, evolve.masteredMean',
    ],
    [
      { itterations: 3, sede: 1 },
      'itterations: unknown field, did you mean iterations?; sede: unknown field, did you mean seed?',
    ],
    [
      JSON.parse('{"__proto__": {"iterations": 3}}') as object,
      /^run config: __proto__: unknown field, expected one of recipe, series, .* seed, /,
    ],
    [
      { engine: { kind: 'embedded', url: 'http://127.0.0.1:8000' } },
      'engine.url: unknown field, it does not go with the fields beside it',
    ],
    [{ groups: 'four' }, /groups: .*expected number.*got "four"/],
    [{ groupSize: 1 }, /groupSize: .*>=2.*got 1/],
    [
      { sampler: { kind: 'unifrom' } },
      /^run config: sampler\.kind: .*got "unifrom", did you mean "uniform"\?$/,
    ],
    [{ engine: { kind: 'embeded' } }, /engine\.kind: .*got "embeded", did you mean "embedded"\?/],
    [{ engine: { kind: 'tinker', url: 'http://a' } }, /engine\.baseModel: .*got nothing/],
    [{ sampler: 'lp' }, /sampler: .*expected object.*got "lp"/],
    [
      { pipelineDepth: 4, iterationsPerSegment: 2 },
      'pipelineDepth: expected at most iterationsPerSegment (2), got 4',
    ],
    [{ minGroups: 9 }, 'minGroups: expected at most groups (8), got 9'],
    [
      { competitions: { train: ['amse', 'x'] } },
      'competitions.train.0: expected one of ames, titanic, loans, got "amse", did you mean "ames"?; ' +
        'competitions.train.1: expected one of ames, titanic, loans, got "x"',
    ],
    [{ competitions: { train: ['ames', 'loans'] } }, /"loans" is there twice/],
    [[], /\(input\): expected one JSON object, such as {"recipe": "quickstart", .*, got \[\]/],
    ['quickstrat', /expected one JSON object, .*, did you mean {"recipe": "quickstart"}\?$/],
    [3, /expected one JSON object, .*, got 3$/],
    [{ groups: 'x'.repeat(1e6) }, /got "x{199}…$/],
    [
      Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`field${n}`, n])),
      /^run config: field0: unknown .*; field9: unknown [^;]*; and 89 more$/,
    ],
  ])('refuses %j and names the field', (input, message) => {
    const told = refusal(input);
    if (message instanceof RegExp) expect(told).toMatch(message);
    else expect(told).toBe(`run config: ${message}`);
  });
});

describe('refuseMoreThanOne', () => {
  it('takes no input or one, and says what to do with more', () => {
    for (const count of [0, 1]) refuseMoreThanOne(count);
    expect(() => refuseMoreThanOne(2)).toThrow(
      'run config: (input): expected one JSON object, such as {"recipe": "quickstart", ' +
        '"iterations": 3}, got 2 arguments: put all fields into one object',
    );
  });
});

describe('a fork', () => {
  const parent = resolveRunConfig({ recipe: 'nightly', iterations: 6, pipelineDepth: 2 }, sources);
  const changes: AcceptedChange[] = [];
  const find: FindRun = (run) =>
    Promise.resolve(run === 'base' ? { asked: parent, changes } : null);
  const resolve = (input: object) => resolveRun(input, sources, find);
  const forkOf = { run: 'base', iteration: 3 };

  it('has the config of its parent, with the input over it', async () => {
    expect((await resolve({ forkOf })).config).toEqual(parent);
    const { config } = await resolve({ forkOf, update: { learningRate: 0.01 }, iterations: 9 });
    const update = { ...parent.update, learningRate: 0.01 };
    expect(config).toEqual({ ...parent, iterations: 9, update });
  });

  it('shares all phases through its iteration, and the attempts that were made before', async () => {
    const { fork } = await resolve({ forkOf });
    expect(fork).toMatchObject(forkOf);
    expect(fork!.past.map(({ kind, index }) => `${kind} ${index}`)).toEqual([
      ...['initialise 0', 'evaluate 0', 'act 1', 'act 2', 'learn 1', 'act 3', 'learn 2', 'act 4'],
      'learn 3',
    ]);
    const start = await resolve({ forkOf: { run: 'base', iteration: 0 } });
    expect(start.fork!.past.map(({ kind }) => kind)).toEqual(['initialise', 'evaluate']);
  });

  it.each([
    [
      { forkOf: { run: 'bass', iteration: 1 } },
      /forkOf\.run: expected the name of a run, got "bass"/,
    ],
    [{ forkOf: { run: 'base' } }, /forkOf\.iteration: .*expected number.*got nothing/],
    [{ forkOf: { run: 'base', iteration: 7 } }, /forkOf\.iteration: expected 0 to 6.*got 7/],
    [{ forkOf, recipe: 'nightly' }, /recipe: expected none, .* got "nightly"/],
    [
      { forkOf, competitions: { train: ['ames'] } },
      /competitions: expected what the forked run has/,
    ],
    [{ forkOf, pipelineDepth: 1 }, /pipelineDepth: expected 2, .* iteration 3, got 1/],
    [{ forkOf, iterations: 3 }, /iterations: expected 6, .* got 3/],
    [{ forkOf, evaluation: { everyIterations: 1 } }, /evaluation: expected .*"everyIterations":0/],
  ])('refuses %j and names the field', async (input, message) => {
    await expect(resolve(input)).rejects.toThrow(message);
  });
});

describe('a fork of a run whose limits were changed', () => {
  const asked = resolveRunConfig({ recipe: 'nightly', iterations: 4, minGroups: 4 }, sources);
  const none = { groups: null, iterations: null, learningRate: null };
  const changes: AcceptedChange[] = [
    { ...none, number: 1, fromIteration: 2, groups: 8 },
    { ...none, number: 2, fromIteration: 4, groups: 12, iterations: 6 },
  ];
  const find: FindRun = () => Promise.resolve({ asked, changes });
  const resolve = (input: object, isThere?: boolean) =>
    resolveRun({ forkOf: { run: 'base', iteration: 5 }, ...input }, sources, find, isThere);

  it('is opened with what that one was opened with, and takes over its changes', async () => {
    const { config, fork } = await resolve({ update: { learningRate: 0.01 } });
    expect(config).toEqual({ ...asked, update: { ...asked.update, learningRate: 0.01 } });
    expect(fork).toMatchObject({ iteration: 5, changes });
    expect(fork!.past.at(-1)).toEqual({ kind: 'learn', index: 5 });
  });

  it.each([
    [
      { groups: 16 },
      'run config: groups: expected none, since "base" was changed to groups 12 from iteration 4 on, which its ' +
        'forks take over: start the fork without it, then change the limits of the fork (ace change, or the ' +
        'update changeLimits), got 16',
    ],
    [{ iterations: 9 }, 'run config: iterations: expected none, since "base" was changed to'],
    [{ minGroups: 9 }, 'run config: minGroups: expected at most groups (8), got 9'],
  ])('refuses %j beside them', async (input, message) => {
    await expect(resolve(input)).rejects.toThrow(message);
  });

  it('is asked for as before once it is there, whatever was changed since', async () => {
    expect((await resolve({ groups: 16 }, true)).config.groups).toBe(16);
  });
});
