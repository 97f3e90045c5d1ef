import type { Evolution, Prior, StateStatistics, StateView } from '@ace/curriculum';
import { rootAddress, type StateKind } from '@ace/config';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transaction } from './database.ts';
import { storeEvolution } from './evolution.ts';
import { claimExecution } from './executions.ts';
import { storeGrade } from './grades.ts';
import { storeResult } from './results.ts';
import { bufferAsOf, liveCodes, readStates } from './states.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { emptyEvolution } from './testing/empty-evolution.ts';
import { completionOf, gradeOf, openTestRun, resultOf } from './testing/play-run.ts';
import { storedAttempts } from './testing/stored-group.ts';
import { testConfig } from './testing/test-config.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const store = (run: string, iteration: number, evolution: Partial<Evolution>) =>
  transaction(test.db, (tx) =>
    storeEvolution(tx, run, iteration, { ...emptyEvolution, ...evolution }),
  );

/** What a random evolution does: to which of the live states, and how much is born. */
interface Step {
  births: number;
  /** Share of the live children that is evicted, and of the live states that is visited. */
  evicted: number;
  visited: number;
  reward: number;
}

const steps = fc.array(
  fc.record({
    births: fc.nat(4),
    evicted: fc.double({ min: 0, max: 1, noNaN: true }),
    visited: fc.double({ min: 0, max: 1, noNaN: true }),
    reward: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The buffer as it must be, kept in memory. */
interface Model {
  states: Map<string, StateView>;
  codes: Map<string, string>;
  priors: Map<string, Prior>;
}

const { train } = testConfig.competitions;

const emptyModel = (): Model => ({
  states: new Map(train.map((id) => [rootAddress(id), newState(rootAddress(id), id, 0)])),
  codes: new Map(),
  priors: new Map(),
});

function newState(address: string, competition: string, bornIteration: number): StateView {
  const kind: StateKind = bornIteration === 0 ? 'draft' : 'debug';
  const unvisited = { visits: 0, mean: null, variance: null, lastVisitedIteration: null };
  return {
    ...{ address, competition, kind, bornIteration, depth: bornIteration === 0 ? 0 : 1 },
    ...{ parentAddress: bornIteration === 0 ? null : rootAddress(competition) },
    ...{ ...unvisited, successRate: null, childrenVariance: null },
  };
}

/** Makes the evolution that `step` describes and applies it to the model. */
function evolveModel(model: Model, iteration: number, step: Step): Evolution {
  const live = [...model.states.values()];
  const share = (of: StateView[], part: number) => of.slice(0, Math.round(of.length * part));
  const evicted = share(live.filter(({ depth }) => depth > 0).reverse(), step.evicted);
  const statistics = share(live, step.visited).map(({ address, visits }) => ({
    ...{ address, visits: visits + 1, mean: step.reward, variance: step.reward / 3 },
    ...{ lastVisitedIteration: iteration, successRate: step.reward ** 2, childrenVariance: null },
  }));
  const born = Array.from({ length: step.births }, (_, slot) => birth(iteration, slot));
  const priors = train.map((competition) => ({
    ...{ competition, kind: 'draft' as const, visits: iteration },
    ...{ mean: step.reward, variance: step.reward / 7 },
  }));
  apply(model, iteration, statistics, priors);
  for (const { address } of evicted) {
    model.states.delete(address);
    model.codes.delete(address);
  }
  for (const { address, competition, codeHash } of born) {
    model.states.set(address, newState(address, competition, iteration));
    model.codes.set(address, `${competition}/debug/${codeHash}`);
  }
  const gone = evicted.map(({ address }) => ({ address, reason: 'quota' as const }));
  return { ...emptyEvolution, statistics, born, priors, evicted: gone };
}

function birth(iteration: number, slot: number): Evolution['born'][number] {
  const competition = train[slot % train.length]!;
  return {
    ...{ address: `${iteration}.${slot}.10`, competition, kind: 'debug', depth: 1 },
    ...{ parentAddress: rootAddress(competition), codeHash: `code ${iteration}.${slot}` },
  };
}

function apply(
  model: Model,
  iteration: number,
  statistics: readonly StateStatistics[],
  priors: readonly Prior[],
): void {
  for (const { address, ...numbers } of statistics) {
    model.states.set(address, { ...model.states.get(address)!, ...numbers });
  }
  if (iteration % 2 === 0) return;
  for (const prior of priors) model.priors.set(prior.competition, prior);
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

const viewOf = ({ states, priors }: Model) => ({
  states: [...states.values()].sort((a, b) => byText(a.address, b.address)),
  priors: [...priors.values()].sort((a, b) => byText(a.competition, b.competition)),
});

describe('bufferAsOf', () => {
  it('gives at every iteration what the buffer was at that time, for ever', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (evolutions) => {
        const run = `replayed ${runs++}`;
        await openTestRun(test.db, run);
        const model = emptyModel();
        const views = [structuredClone(viewOf(model))];
        const codes = [new Set<string>()];
        for (const [index, step] of evolutions.entries()) {
          const iteration = index + 1;
          const evolution = evolveModel(model, iteration, step);
          const isOdd = iteration % 2 === 1;
          await store(run, iteration, isOdd ? evolution : { ...evolution, priors: [] });
          views.push(structuredClone(viewOf(model)));
          codes.push(new Set(model.codes.values()));
          expect(await bufferAsOf(test.db, run, iteration)).toEqual(views[iteration]);
        }
        for (const [iteration, view] of views.entries()) {
          expect(await bufferAsOf(test.db, run, iteration)).toEqual(view);
          expect(await liveCodes(test.db, run, iteration)).toEqual(codes[iteration]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('orders addresses by code unit', async () => {
    await openTestRun(test.db, 'ordered');
    const born = [2, 10, 1].map((slot) => birth(1, slot));
    await store('ordered', 1, { born });
    const { states } = await bufferAsOf(test.db, 'ordered', 1);
    expect(states.map(({ address }) => address)).toEqual([
      ...['1.1.10', '1.10.10', '1.2.10', 'root:ames', 'root:titanic'],
    ]);
  });

  it('keeps runs apart', async () => {
    await openTestRun(test.db, 'with a child');
    await openTestRun(test.db, 'without');
    await store('with a child', 1, { born: [birth(1, 0)] });
    expect((await bufferAsOf(test.db, 'without', 1)).states).toHaveLength(2);
  });
});

describe('readStates', () => {
  it('joins the attempt that a state came from: completion, result and grade', async () => {
    const attempts = await storedAttempts(test.db, 'family');
    for (const attempt of attempts) {
      await claimExecution(test.db, attempt, 'a');
      await storeResult(test.db, attempt, 1, resultOf(attempt));
      await storeGrade(test.db, attempt, gradeOf(attempt));
    }
    const born = attempts.map((attempt) => ({
      ...{ address: `1.0.${attempt.sample}`, competition: 'ames', kind: 'improve' as const },
      ...{ depth: 1, parentAddress: 'root:ames', codeHash: completionOf(attempt).codeHash },
    }));
    await store('family', 1, { born });
    const addresses = ['1.0.2', 'root:ames', '1.0.0', '1.0.99'];
    const [works, fails, root, ...none] = await readStates(test.db, 'family', addresses);
    const { tokens, codeSha, codeHash } = completionOf(attempts[0]!);
    expect(works).toEqual({
      ...{ address: '1.0.0', competition: 'ames', kind: 'improve', depth: 1, bornIteration: 1 },
      parent: {
        ...{ address: '1.0.0', tokens, codeSha, codeHash, errorType: null },
        validationScore: resultOf(attempts[0]!).validationScore,
        score: gradeOf(attempts[0]!).score,
      },
    });
    expect(fails!.parent).toMatchObject({ errorType: 'ValueError', score: null });
    expect(root).toMatchObject({ address: 'root:ames', kind: 'draft', depth: 0, parent: null });
    expect(none).toEqual([]);
  });

  it('gives the reason of an invalid submission where the program itself worked', async () => {
    const [attempt] = await storedAttempts(test.db, 'invalid');
    await claimExecution(test.db, attempt!, 'a');
    await storeResult(test.db, attempt!, 1, { ...resultOf(attempt!), errorType: null });
    await storeGrade(test.db, attempt!, {
      ...{ valid: false, score: null, referencePercentile: null, detail: 'column id is missing' },
      invalidReason: 'wrong columns',
    });
    const codeHash = completionOf(attempt!).codeHash;
    await store('invalid', 1, { born: [{ ...birth(1, 0), address: '1.0.0', codeHash }] });
    const [state] = await readStates(test.db, 'invalid', ['1.0.0']);
    expect(state!.parent!.errorType).toBe('wrong columns');
  });
});
