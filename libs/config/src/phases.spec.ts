import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learntUpTo, phasesOf, type ScheduleConfig, versionSeenBy } from './phases.ts';

const config = (over: Partial<ScheduleConfig> = {}): ScheduleConfig => ({
  iterations: 3,
  pipelineDepth: 1,
  iterationsPerSegment: 400,
  evaluation: { everyIterations: 0, samplesPerCompetition: 20 },
  ...over,
});

const words = (c: ScheduleConfig): string =>
  phasesOf(c)
    .map((p) => `${p.kind} ${p.index}`)
    .join(', ');

const schedules = fc
  .record({
    iterations: fc.integer({ min: 1, max: 40 }),
    pipelineDepth: fc.integer({ min: 1, max: 6 }),
    extra: fc.integer({ min: 0, max: 20 }),
    everyIterations: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ extra, everyIterations, ...rest }) =>
    config({
      ...rest,
      iterationsPerSegment: rest.pipelineDepth + extra,
      evaluation: { everyIterations, samplesPerCompetition: 20 },
    }),
  );

describe('phasesOf', () => {
  it('is synchronous at depth 1', () => {
    expect(words(config())).toBe(
      'initialise 0, evaluate 0, act 1, learn 1, act 2, learn 2, act 3, learn 3, evaluate 3, finish 3',
    );
  });

  it('fills and drains at depth 2, in every segment', () => {
    const c = config({ iterations: 5, pipelineDepth: 2, iterationsPerSegment: 3 });
    expect(words(c)).toBe(
      'initialise 0, evaluate 0, act 1, act 2, learn 1, act 3, learn 2, learn 3, ' +
        'act 4, act 5, learn 4, learn 5, evaluate 5, finish 5',
    );
  });

  it('acts and learns each iteration once, learning in order and after acting', () => {
    fc.assert(
      fc.property(schedules, (c) => {
        const phases = phasesOf(c);
        const order = (kind: string): number[] =>
          phases.filter((p) => p.kind === kind).map((p) => p.index);
        const all = Array.from({ length: c.iterations }, (_, i) => i + 1);
        expect(order('act')).toEqual(all);
        expect(order('learn')).toEqual(all);
        const at = (kind: string, index: number): number =>
          phases.findIndex((p) => p.kind === kind && p.index === index);
        for (const k of all) expect(at('learn', k)).toBeGreaterThan(at('act', k));
      }),
    );
  });

  it('lets act(k) see max(s, k − d): the newest version when it acts', () => {
    fc.assert(
      fc.property(schedules, (c) => {
        let published = 0;
        for (const { kind, index } of phasesOf(c)) {
          if (kind === 'learn') published = index;
          if (kind === 'act') expect(versionSeenBy(c, index)).toBe(published);
        }
      }),
    );
  });
});

it('learntUpTo names the newest iteration whose learn lies before the cursor', () => {
  fc.assert(
    fc.property(schedules, (schedule) => {
      let learnt = 0;
      phasesOf(schedule).forEach(({ kind, index }, cursor) => {
        expect(learntUpTo(schedule, cursor)).toBe(learnt);
        if (kind === 'learn') learnt = index;
      });
      expect(learnt).toBe(schedule.iterations);
    }),
  );
});
