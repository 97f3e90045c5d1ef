import { describe, expect, it } from 'vitest';
import type { Outcome, Report } from './conduct.ts';
import { shortfalls } from './demands.ts';
import type { Hit } from './kill.ts';
import { phases, Victim, victims } from './plan.ts';

const outcome: Outcome = {
  ...{ run: 'a', depth: 2, kills: 1, difference: null, seconds: 2, lostSeconds: 1 },
  counts: { attempts: 8, executions: 8, programSeconds: 1, followers: 4, overlapping: 2 },
};
const hit = (victim: Victim, phase = phases[0]!): Hit => ({ run: 'a', victim, phase }) as Hit;

const report = (part: Partial<Report>): Report => ({
  ...{ seed: 1, victims, hits: [hit(Victim.Worker)], outcomes: [outcome], seconds: 3 },
  ...part,
});

describe('what a report owes', () => {
  it('is nothing when all is well', () => {
    expect(shortfalls(report({}))).toEqual([]);
  });

  it('names a digest that differs, and iterations that do not overlap', () => {
    const counts = { ...outcome.counts, overlapping: 1 };
    const outcomes = [{ ...outcome, difference: 'iteration 3, grades', counts }];
    expect(shortfalls(report({ outcomes }))).toEqual([
      'a: iteration 3, grades',
      expect.stringContaining('a: 1 of 4 iterations acted before'),
    ]);
    expect(
      shortfalls(report({ outcomes: [{ ...outcomes[0]!, difference: null, depth: 1 }] })),
    ).toEqual([]);
  });

  it('names executions that the death of a worker cost, and no other', () => {
    const outcomes = [{ ...outcome, counts: { ...outcome.counts, executions: 9 } }];
    const stopped = [hit(Victim.Worker), hit(Victim.WorkerStopped)];
    expect(shortfalls(report({ outcomes, hits: stopped }))).toEqual([
      'a: only workers died, and 8 attempts took 9 executions',
    ]);
    const mixed = [...stopped, hit(Victim.Sandbox)];
    expect(shortfalls(report({ outcomes, hits: mixed }))).toEqual([]);
  });

  it('of 100 kills is that each part and each phase has its share', () => {
    const hits = Array.from({ length: 100 }, () => hit(Victim.Worker));
    const among = [Victim.Worker, Victim.Engine];
    const found = shortfalls(report({ hits, victims: among }));
    expect(found).toHaveLength(1 + phases.length - 1);
    expect(found[0]).toBe('policy engine: killed 0 times, not 8');
    expect(found).toContain('publish: in flight 0 times, not 5');
  });
});
