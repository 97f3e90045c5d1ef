import { describe, expect, it } from 'vitest';
import { summarise } from './summary.ts';
import { levelsOf, making } from './testing/levels.ts';

const levels = levelsOf({ ours: 110, bare: 100, plain: 80 }, 10);
const results = summarise({ program: 'pass', count: 10, levels }, making);

describe('summarise', () => {
  it('compares one at once with the bare loop and with the plain one', () => {
    expect(results.overheadRatio).toBeCloseTo(1.1);
    expect(results.overheadInterval?.map((end) => end.toFixed(3))).toEqual(['1.100', '1.100']);
    expect(results.plainRatio).toBeCloseTo(1.375);
    expect(results.comparisons.map(({ containment }) => containment.value.toFixed(3))).toEqual(
      Array(4).fill('1.250'),
    );
  });

  it('gives throughput by way and number at once', () => {
    const throughput = results.perSecond.ours['1']!;
    expect(throughput).toBeCloseTo(1000 / (110 * 1.045));
    expect(results.perSecond.ours['8']).toBeCloseTo(throughput);
    expect(results.perSecond.bare['4']).toBeCloseTo(throughput * 1.1);
    expect(Object.keys(results.perSecond.plain)).toEqual(['1', '2', '4', '8']);
  });

  it('describes every way at every number at once', () => {
    expect(results.measured).toHaveLength(12);
    const one = results.measured.find(({ way, atOnce }) => way === 'bare' && atOnce === 2)!;
    expect(one).toMatchObject({ executions: 20 });
    expect(one.medianMs).toBeCloseTo(209);
    expect(one.p10Ms).toBeLessThan(one.medianMs);
    expect(one.p90Ms).toBeGreaterThan(one.medianMs);
    expect(one.stepsMs['start']).toBeCloseTo(one.medianMs * 0.75);
  });

  it('has no interval of few pairs', () => {
    const few = levelsOf({ ours: 1, bare: 1, plain: 1 }, 3);
    const { overheadInterval } = summarise({ program: 'pass', count: 3, levels: few }, making);
    expect(overheadInterval).toBeNull();
  });
});
