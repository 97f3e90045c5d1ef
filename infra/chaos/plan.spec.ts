import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Leg, pauseMs, phases, planKills, readyOf, Victim, victims } from './plan.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 48 });
const legs: Leg[] = [
  { depth: 1, sandbox: 'bubblewrap' },
  { depth: 2, sandbox: 'docker' },
  { depth: 4, sandbox: 'bubblewrap' },
];
const countBy = <T>(items: readonly T[], item: T): number =>
  items.filter((one) => one === item).length;

describe('a plan of 100 kills', () => {
  it('hits every kind of part at least 8 times and every phase at least 5 times', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const plan = planKills(seed, 100, legs);
        const hit = plan.map(({ victim }) => victim);
        const open = plan.map(({ phase }) => phase);
        for (const victim of victims) expect(countBy(hit, victim)).toBeGreaterThanOrEqual(8);
        for (const phase of phases) expect(countBy(open, phase)).toBeGreaterThanOrEqual(5);
      }),
    );
  });

  it('pauses for 1 to 6 seconds, and shares the kills out among the legs in order', () => {
    const plan = planKills(3, 100, legs);
    const pauses = plan.map(({ leg }, number) => pauseMs(3, leg, number));
    expect(Math.min(...pauses)).toBeGreaterThan(1000);
    expect(Math.max(...pauses)).toBeLessThan(6000);
    expect(new Set(pauses).size).toBe(100);
    const placed = plan.map(({ leg }) => leg);
    expect(legs.map((leg) => countBy(placed, leg))).toEqual([34, 33, 33]);
    expect(placed).toEqual(placed.toSorted((a, b) => a.depth - b.depth));
  });

  it('has seven stand ready, and where a run is about to be continued what waits for that alone', () => {
    const plan = planKills(4, 33, legs);
    expect(readyOf(plan, false)).toEqual(plan.slice(0, 7));
    const waiting = plan.filter(({ phase }) => phase === 'continue-as-new');
    expect(waiting.length).toBeGreaterThan(0);
    expect(readyOf(plan, true)).toEqual(waiting);
    const others = plan.filter((kill) => !waiting.includes(kill));
    expect(readyOf(others, true)).toEqual(others.slice(0, 7));
  });

  it('kills sandboxes and Docker engines while programs are executed, the latter where there is one', () => {
    const plan = planKills(5, 100, legs);
    const sandboxes = plan.filter(({ victim }) => victim === Victim.Sandbox);
    const engines = plan.filter(({ victim }) => victim === Victim.DockerEngine);
    const hit = [...sandboxes, ...engines];
    expect(new Set(hit.map(({ phase }) => phase))).toEqual(new Set(['execute']));
    expect(new Set(engines.map(({ leg }) => leg))).toEqual(new Set([legs[1]]));
  });

  it('is the same for the same seed, and another for another', () => {
    const told = (seed: number): string => JSON.stringify(planKills(seed, 50, legs));
    expect(told(1)).toBe(told(1));
    expect(told(1)).not.toBe(told(2));
  });
});
