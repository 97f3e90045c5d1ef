import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phases, planKills, Victim, victims } from './plan.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 48 });
const countBy = <T>(items: readonly T[], item: T): number =>
  items.filter((one) => one === item).length;

describe('a plan of 100 kills', () => {
  it('hits every kind of part at least 8 times and every phase at least 5 times', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const plan = planKills(seed, 100, [1, 2, 4]);
        const hit = plan.map(({ victim }) => victim);
        const open = plan.map(({ phase }) => phase);
        for (const victim of victims) expect(countBy(hit, victim)).toBeGreaterThanOrEqual(8);
        for (const phase of phases) expect(countBy(open, phase)).toBeGreaterThanOrEqual(5);
      }),
    );
  });

  it('pauses for 1 to 6 seconds, and shares the kills out among the depths in order', () => {
    const plan = planKills(3, 100, [1, 2, 4]);
    for (const { pauseMs } of plan) {
      expect(pauseMs).toBeGreaterThan(1000);
      expect(pauseMs).toBeLessThan(6000);
    }
    expect(
      [1, 2, 4].map((depth) =>
        countBy(
          plan.map((kill) => kill.depth),
          depth,
        ),
      ),
    ).toEqual([34, 33, 33]);
    expect(plan.map(({ depth }) => depth)).toEqual([...plan].map((k) => k.depth).sort());
  });

  it('kills sandboxes while programs are executed', () => {
    const plan = planKills(5, 100, [1]);
    const sandboxes = plan.filter(({ victim }) => victim === Victim.Sandbox);
    expect(new Set(sandboxes.map(({ phase }) => phase))).toEqual(new Set(['execute']));
  });

  it('is the same for the same seed, and another for another', () => {
    const told = (seed: number): string => JSON.stringify(planKills(seed, 50, [1, 2]));
    expect(told(1)).toBe(told(1));
    expect(told(1)).not.toBe(told(2));
  });
});
