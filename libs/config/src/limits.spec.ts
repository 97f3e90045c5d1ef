import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaults } from './defaults.ts';
import { type AcceptedChange, type LimitChange, limitProblems, withLimits } from './limits.ts';
import { phasesOf } from './phases.ts';
import type { RunConfig } from './run-config.ts';

const opened: RunConfig = { ...defaults, competitions: { train: ['ames'], heldOut: [] } };
const none = { groups: null, iterations: null, learningRate: null };

describe('withLimits', () => {
  const changes: AcceptedChange[] = [
    { ...none, number: 1, fromIteration: 6, groups: 4, learningRate: 0.01 },
    { ...none, number: 2, fromIteration: 3, groups: 2, iterations: 30 },
  ];
  const at = (iteration?: number) => {
    const { groups, iterations, update } = withLimits(opened, changes, iteration);
    return [groups, iterations, update.learningRate];
  };

  it('gives what an iteration goes by, and what holds now: the later word of two', () => {
    expect(at(2)).toEqual([8, 20, 0.006]);
    expect(at(3)).toEqual([2, 30, 0.006]);
    expect(at(6)).toEqual([2, 30, 0.01]);
    expect(at()).toEqual([2, 30, 0.01]);
  });

  it('leaves everything else as it is', () => {
    const { groups, iterations, update, ...rest } = withLimits(opened, changes);
    expect(rest).toEqual({
      ...opened,
      groups: undefined,
      iterations: undefined,
      update: undefined,
    });
    expect(update).toEqual({ ...opened.update, learningRate: 0.01 });
    expect([groups, iterations]).toEqual([2, 30]);
    expect(withLimits(opened, [])).toEqual(opened);
  });
});

describe('limitProblems', () => {
  const now = { begun: 4, iterations: 10 };

  it.each<LimitChange>([
    { groups: 1 },
    { groups: 256, learningRate: 1, iterations: 100_000, fromIteration: 10 },
    { iterations: 5, fromIteration: 5 },
    { learningRate: 1e-9, fromIteration: 5 },
  ])('finds none with %j', (given) => {
    expect(limitProblems(given, now)).toEqual([]);
  });

  it.each([
    [3, 'expected one JSON object, such as {"groups": 4, "fromIteration": 9}, got 3'],
    [[{ groups: 4 }], /^expected one JSON object, .*, got \[{"groups":4}\]$/],
    [undefined, /^expected one JSON object, .*, got nothing$/],
    [{}, 'expected at least one of iterations, groups, learningRate, got {}'],
    [
      { fromIteration: 6 },
      'expected at least one of iterations, groups, learningRate, got {"fromIteration":6}',
    ],
    [{ group: 4 }, 'group: unknown field, did you mean groups?'],
    [{ learning_rate: 0.1 }, 'learning_rate: unknown field, did you mean learningRate?'],
    [
      { slots: 4 },
      'slots: unknown field, expected one of iterations, groups, learningRate, fromIteration',
    ],
    [JSON.parse('{"__proto__": 1}') as object, /^__proto__: unknown field, expected one of/],
    [{ groups: 0 }, 'groups: expected a whole number from 1 to 256, got 0'],
    [{ groups: '4' }, 'groups: expected a whole number from 1 to 256, got "4"'],
    [{ groups: null }, 'groups: expected a whole number from 1 to 256, got null'],
    [{ groups: 257 }, 'groups: expected a whole number from 1 to 256, got 257'],
    [{ iterations: 5.5 }, 'iterations: expected a whole number from 1 to 100000, got 5.5'],
    [{ learningRate: 0 }, 'learningRate: expected a number above 0 and up to 1, got 0'],
    [{ learningRate: 2 }, 'learningRate: expected a number above 0 and up to 1, got 2'],
    [
      { learningRate: true, fromIteration: 0 },
      'learningRate: expected a number above 0 and up to 1, got true; ' +
        'fromIteration: expected a whole number from 1 to 100000, got 0',
    ],
    [
      { iterations: 4 },
      'iterations: expected more than 4, the newest iteration that was begun ' +
        '("stopAfterIteration" ends the run there), got 4',
    ],
    [{ groups: 2, fromIteration: 4 }, 'fromIteration: expected 5 to 10, not begun yet, got 4'],
    [
      { iterations: 20, fromIteration: 11 },
      'fromIteration: expected 5 to 10, not begun yet, got 11',
    ],
    [{ iterations: 6, fromIteration: 7 }, 'fromIteration: expected 5 to 6, not begun yet, got 7'],
  ])('refuses %j', (given, problem) => {
    const told = limitProblems(given, now).join('; ');
    if (problem instanceof RegExp) expect(told).toMatch(problem);
    else expect(told).toBe(problem);
  });

  it('refuses any once every iteration was begun', () => {
    expect(limitProblems({ iterations: 20 }, { begun: 10, iterations: 10 })).toEqual([
      'every iteration was begun already (10): no change would hold of any',
    ]);
  });
});

/** Changes of the number of iterations, each asked for when so many were begun. */
const histories = fc.array(
  fc.record({
    begun: fc.integer({ min: 0, max: 30 }),
    iterations: fc.integer({ min: 1, max: 30 }),
    from: fc.integer({ min: 1, max: 30 }),
  }),
  { maxLength: 6 },
);

const accept = (history: { begun: number; iterations: number; from: number }[]) => {
  let begun = 0;
  const changes: AcceptedChange[] = [];
  for (const { iterations, from, ...asked } of history) {
    begun = Math.max(begun, asked.begun);
    const now = { begun, iterations: withLimits(opened, changes).iterations };
    if (limitProblems({ iterations, fromIteration: from }, now).length > 0) continue;
    changes.push({ ...none, number: changes.length + 1, fromIteration: from, iterations });
  }
  return changes;
};

it('whatever is accepted, each iteration of the run has its place in the number that it goes by', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const changes = accept(history);
      const { iterations } = withLimits(opened, changes);
      for (let iteration = 1; iteration <= iterations; iteration++) {
        const ownIterations = withLimits(opened, changes, iteration).iterations;
        expect(ownIterations).toBeGreaterThanOrEqual(iteration);
      }
    }),
    { seed: 3, numRuns: 2000 },
  );
});

it('what comes before an act is the same for every number of iterations', () => {
  const small = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(small, small, small, small, fc.boolean(), (acted, more, other, depth, measured) => {
      const config = {
        ...{ pipelineDepth: depth, iterationsPerSegment: depth + (more % 4) },
        evaluation: { everyIterations: other % 3, samplesPerCompetition: measured ? 1 : 0 },
      };
      const [one, another] = [more, other].map((beyond) => {
        const phases = phasesOf({ ...config, iterations: acted - 1 + beyond });
        const act = phases.findIndex(({ kind, index }) => kind === 'act' && index === acted);
        return phases.slice(0, act + 1);
      });
      expect(one).toEqual(another);
    }),
    { seed: 3, numRuns: 1000 },
  );
});
