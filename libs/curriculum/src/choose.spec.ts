import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseStates, firstDrawProbabilities, NoStatesError } from './choose.ts';
import { chiSquare, criticalValue } from './testing/chi-square.ts';
import {
  buffers,
  childWith,
  lpSampler,
  priorLists,
  samplerKinds,
  stateWith,
} from './testing/worlds.ts';

/** Visited states whose LP is their standard deviation (mean 0, no shrinkage). */
const statesOf = (deviations: readonly number[]) =>
  deviations.map((deviation, index) =>
    childWith({
      address: `1.0.${index}`,
      visits: 1,
      mean: 0,
      variance: deviation ** 2,
      lastVisitedIteration: 1,
      successRate: 0,
    }),
  );

const plain = { ...lpSampler, pseudoVisits: 0, stalenessBonus: 0, uniformShare: 0, temperature: 1 };

interface Draws {
  deviations: readonly number[];
  count: number;
  draws: number;
  sampler: typeof lpSampler;
}

/** Counts of the chosen tuples, by their samples joined, over as many seeds as draws. */
function tally({ deviations, count, draws, sampler }: Draws): Map<string, number> {
  const states = statesOf(deviations);
  const counts = new Map<string, number>();
  for (let seed = 0; seed < draws; seed++) {
    const chosen = chooseStates({ states, priors: [], iteration: 2, count, sampler, seed });
    const key = chosen.map(({ address }) => address.at(-1)).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Probability of every ordered tuple of `count` different states, drawn one after the other. */
function tupleProbabilities(q: readonly number[], count: number): Map<string, number> {
  let tuples = [{ taken: [] as number[], probability: 1 }];
  for (let draw = 0; draw < count; draw++) {
    tuples = tuples.flatMap(({ taken, probability }) => {
      const left = 1 - taken.reduce((sum, index) => sum + q[index]!, 0);
      return q.flatMap((own, index) =>
        taken.includes(index)
          ? []
          : [{ taken: [...taken, index], probability: (probability * own) / left }],
      );
    });
  }
  return new Map(tuples.map(({ taken, probability }) => [taken.join(), probability]));
}

describe('the first draw (chi-square, false-alarm rate 1e-5 each)', () => {
  const deviations = [0.05, 0.1, 0.2, 0.3, 0.4];
  const cases = [0.5, 1, 3].flatMap((temperature) =>
    [0, 0.1, 0.6].map((uniformShare) => ({ temperature, uniformShare })),
  );

  it.each(cases)('has probability q at T = $temperature, ε = $uniformShare', (mixing) => {
    const sampler = { ...plain, ...mixing };
    const weights = deviations.map((deviation) => deviation ** (1 / mixing.temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const q = weights.map(
      (weight) => (1 - mixing.uniformShare) * (weight / total) + mixing.uniformShare / 5,
    );
    const counts = tally({ deviations, count: 1, draws: 6_000, sampler });
    expect(
      chiSquare(
        q.map((_, i) => counts.get(String(i)) ?? 0),
        q,
      ),
    ).toBeLessThan(criticalValue(5));
    const told = chooseStates({
      states: statesOf(deviations),
      priors: [],
      iteration: 2,
      count: 5,
      sampler,
      seed: 1,
    });
    for (const { address, probability, priority } of told) {
      const index = Number(address.at(-1));
      expect(probability).toBeCloseTo(q[index]!, 12);
      expect(priority).toBeCloseTo(deviations[index]!, 12);
    }
  });

  it('would not pass for another distribution', () => {
    const counts = tally({ deviations, count: 1, draws: 6_000, sampler: plain });
    const observed = deviations.map((_, index) => counts.get(String(index)) ?? 0);
    const off = firstDrawProbabilities(deviations, { temperature: 1.25, uniformShare: 0 });
    expect(chiSquare(observed, off)).toBeGreaterThan(criticalValue(5));
  });
});

describe('several draws (chi-square, false-alarm rate 1e-5 each)', () => {
  it.each([
    { count: 2, temperature: 1, uniformShare: 0 },
    { count: 2, temperature: 0.5, uniformShare: 0.3 },
    { count: 3, temperature: 2, uniformShare: 0.1 },
    { count: 4, temperature: 1, uniformShare: 0.1 },
  ])(
    'follow one another without replacement: $count of 4 at T = $temperature, ε = $uniformShare',
    ({ count, ...mixing }) => {
      const deviations = [0.15, 0.2, 0.3, 0.35];
      const expected = tupleProbabilities(firstDrawProbabilities(deviations, mixing), count);
      const counts = tally({ deviations, count, draws: 8_000, sampler: { ...plain, ...mixing } });
      const cells = [...expected.keys()];
      expect([...counts.keys()].every((key) => expected.has(key))).toBe(true);
      expect(
        chiSquare(
          cells.map((key) => counts.get(key) ?? 0),
          cells.map((key) => expected.get(key)!),
        ),
      ).toBeLessThan(criticalValue(cells.length));
    },
  );
});

describe('chooseStates', () => {
  const worlds = fc.record({
    states: buffers,
    priors: priorLists,
    count: fc.integer({ min: 0, max: 40 }),
    seed: fc.nat(),
    kind: fc.constantFrom(...samplerKinds),
  });

  it('does not depend on the order of states and priors', () => {
    fc.assert(
      fc.property(worlds, fc.nat(), ({ states, priors, count, seed, kind }, turn) => {
        const sampler = { ...lpSampler, kind };
        const at = turn % states.length;
        const turned = [...states.slice(at), ...states.slice(0, at)].reverse();
        const straight = chooseStates({ states, priors, iteration: 10, count, sampler, seed });
        expect(
          chooseStates({
            states: turned,
            priors: priors.toReversed(),
            iteration: 10,
            count,
            sampler,
            seed,
          }),
        ).toEqual(straight);
      }),
    );
  });

  it('takes every candidate once before any twice', () => {
    fc.assert(
      fc.property(worlds, ({ states, priors, count, seed, kind }) => {
        const sampler = { ...lpSampler, kind, uniformShare: 0 };
        const chosen = chooseStates({ states, priors, iteration: 10, count, sampler, seed });
        const candidates = states.filter(
          ({ depth }) => kind !== 'roots-only' || depth === 0,
        ).length;
        expect(chosen).toHaveLength(count);
        for (let start = 0; start < count; start += candidates) {
          const round = chosen.slice(start, start + candidates).map(({ address }) => address);
          expect(new Set(round).size).toBe(round.length);
        }
      }),
    );
  });

  it('draws a new order in every round', () => {
    const states = statesOf([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
    const chosen = chooseStates({
      states,
      priors: [],
      iteration: 1,
      count: 16,
      sampler: plain,
      seed: 3,
    });
    const addresses = chosen.map(({ address }) => address);
    expect(addresses.slice(0, 8)).not.toEqual(addresses.slice(8));
  });

  it('gives the first slots to the same states whatever is wanted beside them', () => {
    const input = {
      states: statesOf([0.1, 0.2, 0.3, 0.4]),
      priors: [],
      iteration: 1,
      sampler: plain,
      seed: 5,
    };
    const four = chooseStates({ ...input, count: 4 });
    expect(chooseStates({ ...input, count: 2 })).toEqual(four.slice(0, 2));
  });

  it('never takes a child under roots only, even with a uniform share', () => {
    const states = [stateWith(), childWith(), childWith({ address: '1.0.1' })];
    const sampler = { ...lpSampler, kind: 'roots-only' as const, uniformShare: 1 };
    const chosen = chooseStates({ states, priors: [], iteration: 1, count: 5, sampler, seed: 1 });
    expect(new Set(chosen.map(({ address }) => address))).toEqual(new Set(['root:a']));
    expect(chosen[0]!.probability).toBe(1);
  });

  it('takes states without priority last when nothing is uniform', () => {
    const states = statesOf([0, 0, 0, 1e-9]);
    for (let seed = 0; seed < 50; seed++) {
      const [first] = chooseStates({
        states,
        priors: [],
        iteration: 1,
        count: 4,
        sampler: plain,
        seed,
      });
      expect(first).toEqual({ address: '1.0.3', probability: 1, priority: 1e-9 });
    }
  });

  it('throws when there is no candidate', () => {
    const sampler = { ...lpSampler, kind: 'roots-only' as const };
    expect(() =>
      chooseStates({ states: [childWith()], priors: [], iteration: 4, count: 1, sampler, seed: 1 }),
    ).toThrow(new NoStatesError(4));
  });
});

describe('firstDrawProbabilities', () => {
  const priorities = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
    minLength: 1,
    maxLength: 30,
  });
  const mixings = fc.record({
    temperature: fc.double({ min: 0.05, max: 20, noNaN: true }),
    uniformShare: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('sum to 1, keep the order of the priorities and the uniform share', () => {
    fc.assert(
      fc.property(priorities, mixings, (given, mixing) => {
        const q = firstDrawProbabilities(given, mixing);
        expect(q.reduce((sum, own) => sum + own, 0)).toBeCloseTo(1, 12);
        const ascending = given.map((priority, index) => ({ priority, own: q[index]! }));
        ascending.sort((a, b) => a.priority - b.priority || a.own - b.own);
        const least = (mixing.uniformShare / given.length) * (1 - 1e-12);
        expect(ascending.every(({ own }, at) => own >= (ascending[at - 1]?.own ?? least))).toBe(
          true,
        );
      }),
    );
  });

  it('are uniform without priorities', () => {
    expect(firstDrawProbabilities([0, 0], { temperature: 1, uniformShare: 0 })).toEqual([0.5, 0.5]);
  });
});
