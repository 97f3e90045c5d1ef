import { describe, expect, it } from 'vitest';
import { renderTable } from './table.ts';
import { resultsWith, runOf, tenSeeds } from './testing/runs.ts';

const samplers = ['lp', 'uniform', 'roots-only'];
const table = renderTable(resultsWith(tenSeeds(), samplers));

describe('renderTable', () => {
  it('fits into 80 columns', () => {
    const all = ['lp', 'lp-without-staleness', 'uniform'];
    const negative = [runOf('lp', 1, [0.9, 0]), runOf('uniform', 1, [0, 0.9])];
    const runs = [1, 2].flatMap((seed) =>
      [...negative, runOf('lp-without-staleness', 1, [1, 0])].map((run) => ({ ...run, seed })),
    );
    for (const text of [table, renderTable(resultsWith(runs, all))]) {
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('marks what differs from the reference, and only that', () => {
    const marked = table.split('\n').filter((line) => line.endsWith('*'));
    expect(marked.map((line) => line.split(/ {2,}/)[0])).toEqual(['LP', 'LP']);
    expect(table).toMatch(/^LP +0\.\d{3} \+0\.\d{3} \[\+0\.\d{3}, \+0\.\d{3}\]\* /m);
    expect(table).toMatch(/^roots only +0\.\d{3} \+0\.000 \[\+0\.000, \+0\.000\] /m);
  });

  it('gives the baselines in the same unit', () => {
    expect(table).toMatch(/^random programs +0\.105 +0\.095$/m);
    expect(table).toMatch(/^best constant +0\.400 +0\.350$/m);
  });

  it('says what the figures cannot bear', () => {
    const runs = [runOf('lp', 1, [0.1, 0.8]), runOf('uniform', 1, [0.1, 0.2])];
    const results = resultsWith(runs, ['lp', 'uniform']);
    const checks = { sameStart: false, sourcesChanged: true, disagreeingPrograms: 2 };
    const text = renderTable({ ...results, checks: { ...results.checks, ...checks } });
    expect(text).toContain('[no interval]');
    expect(text.split('\n').filter((line) => line.startsWith('!'))).toHaveLength(4);
    expect(table).not.toContain('!');
  });
});
