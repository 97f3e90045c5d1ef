import { defaults, type RunConfig } from '@ace/config';
import { rootAddress, StateKind } from '@ace/config/pure';
import fc from 'fast-check';
import type { Prior, StateView } from '../contract.ts';
import type { AttemptMade, GroupMade } from '../evolution-contract.ts';
import type { EvolveInput } from '../evolve.ts';

export const lpSampler: RunConfig['sampler'] = defaults.sampler;

/** A root that was never visited, with the given differences. */
export const stateWith = (differences: Partial<StateView> = {}): StateView => ({
  address: rootAddress('a'),
  competition: 'a',
  kind: StateKind.Draft,
  depth: 0,
  bornIteration: 0,
  parentAddress: null,
  visits: 0,
  mean: null,
  variance: null,
  lastVisitedIteration: null,
  successRate: null,
  childrenVariance: null,
  ...differences,
});

/** An improve state of depth 1 that was never visited. */
export const childWith = (differences: Partial<StateView> = {}): StateView =>
  stateWith({
    address: '1.0.0',
    kind: StateKind.Improve,
    depth: 1,
    bornIteration: 1,
    parentAddress: rootAddress('a'),
    ...differences,
  });

const share = fc.double({ min: 0, max: 1, noNaN: true });
const competition = fc.constantFrom('a', 'b', 'c');

const statistics = fc.oneof(
  fc.constant({}),
  fc.record({
    visits: fc.integer({ min: 1, max: 20 }),
    mean: share,
    variance: share.map((value) => value / 4),
    lastVisitedIteration: fc.integer({ min: 1, max: 9 }),
    successRate: fc.oneof(fc.constant(0), share),
    childrenVariance: fc.oneof(fc.constant(null), share),
  }),
);

const children: fc.Arbitrary<StateView[]> = fc.uniqueArray(
  fc
    .record({
      competition,
      kind: fc.constantFrom(StateKind.Improve, StateKind.Debug),
      depth: fc.integer({ min: 1, max: 4 }),
      place: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(3), fc.nat(3)),
      statistics,
    })
    .map(({ place, statistics: known, ...state }) =>
      childWith({
        ...state,
        address: place.join('.'),
        bornIteration: place[0],
        parentAddress: rootAddress(state.competition),
        ...known,
      }),
    ),
  { selector: (state) => state.address, maxLength: 12 },
);

/** The roots of three competitions and up to 12 children, visited or not, as of iteration 9. */
export const buffers: fc.Arbitrary<StateView[]> = fc
  .tuple(fc.array(statistics, { minLength: 3, maxLength: 3 }), children)
  .map(([known, born]) => [
    ...['a', 'b', 'c'].map((id, index) =>
      stateWith({ address: rootAddress(id), competition: id, ...known[index] }),
    ),
    ...born,
  ]);

export const priorLists: fc.Arbitrary<Prior[]> = fc.uniqueArray(
  fc.record({
    competition,
    kind: fc.constantFrom(...Object.values(StateKind)),
    visits: fc.integer({ min: 1, max: 50 }),
    mean: share,
    variance: share.map((value) => value / 4),
  }),
  { selector: (prior) => `${prior.competition}/${prior.kind}` },
);

export const samplerKinds = [
  'lp',
  'uniform',
  'roots-only',
  'p-times-one-minus-p',
  'variance',
  'regret',
  'additive',
] as const satisfies readonly RunConfig['sampler']['kind'][];

const groupSize = 3;

const outcome = fc.record({
  valid: fc.boolean(),
  lost: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  percentile: fc.oneof(fc.constant(1), share),
  code: fc.integer({ min: 0, max: 6 }),
});

const outcomesOfGroup = fc.oneof(
  fc.array(outcome, { minLength: groupSize, maxLength: groupSize }),
  outcome.map((one) => Array.from({ length: groupSize }, () => one)),
);

const attemptOf = (
  slot: number,
  sample: number,
  made: typeof outcome extends fc.Arbitrary<infer O> ? O : never,
): AttemptMade => {
  const valid = made.valid && !made.lost;
  return {
    slot,
    sample,
    lost: made.lost,
    valid,
    score: valid ? made.percentile : null,
    referencePercentile: valid ? made.percentile : null,
    codeHash: `code${made.code}`,
    parentScore: 0.5,
    parentCodeHash: 'code0',
  };
};

/**
 * Inputs of `evolve` at iteration 10: 4 wanted groups and 2 spare ones of 3 attempts each, over live states, one
 * of them evicted meanwhile; codes come from a small set, so that duplicates happen.
 */
export const evolveInputs: fc.Arbitrary<EvolveInput> = buffers.chain((states) =>
  fc
    .record({
      priors: priorLists,
      chosen: fc.array(fc.nat(states.length - 1), { minLength: 6, maxLength: 6 }),
      outcomes: fc.array(outcomesOfGroup, { minLength: 6, maxLength: 6 }),
      evicted: fc.boolean(),
      kind: fc.constantFrom(...samplerKinds),
      quota: fc.integer({ min: 0, max: 6 }),
      maxDepth: fc.integer({ min: 0, max: 4 }),
      minGroupSize: fc.integer({ min: 1, max: groupSize }),
      liveCodes: fc.subarray(['a/improve/code1', 'a/debug/code2', 'b/improve/code3']),
    })
    .map((world) => {
      const groups = world.chosen.map((index, slot) => groupOf(states[index]!, slot));
      const gone = states.findLast((state) => state.depth > 0)?.address;
      return {
        iteration: 10,
        groups,
        outcomes: world.outcomes.flatMap((own, slot) =>
          own.map((made, sample) => attemptOf(slot, sample, made)),
        ),
        directions: new Map([
          ['a', 'maximize'],
          ['b', 'minimize'],
          ['c', 'maximize'],
        ]),
        states: world.evicted ? states.filter((state) => state.address !== gone) : states,
        priors: world.priors,
        liveCodes: new Set(world.liveCodes),
        config: {
          ...defaults,
          groupSize,
          groups: 4,
          minGroups: 0,
          minGroupSize: world.minGroupSize,
          sampler: { ...lpSampler, kind: world.kind },
          evolve: {
            ...defaults.evolve,
            quotaPerCompetition: world.quota,
            maxDepth: world.maxDepth,
          },
        },
      };
    }),
);

export const groupOf = (state: StateView, slot: number): GroupMade => ({
  slot,
  stateAddress: state.address,
  competition: state.competition,
  kind: state.kind,
  depth: state.depth,
  spare: slot >= 4,
});
