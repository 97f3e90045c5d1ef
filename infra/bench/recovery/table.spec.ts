import { expect, it } from 'vitest';
import type { Results, Spread, TimedRun } from './results-contract.ts';
import { renderTables } from './table.ts';

const spread: Spread = { n: 240, median: 5.5, p95: 123.456, longest: 999.999 };
const run: TimedRun = {
  ...{ seconds: 1234.5, attempts: 640, executions: 640 },
  ...{ executionSeconds: [15.1, 12.3, 105.4], mostAtOnce: 12 },
};
const results: Results = {
  ...{ benchmark: 'recovery', madeAt: '2026-01-01T00:00:00.000Z' },
  machine: { cpu: 'a'.repeat(90), cores: 2, memoryBytes: 2 ** 34, loadAtStart: 0.1 },
  kills: {
    ...{ seed: 281474976710656, recipe: 'quickstart', kills: 1000, away: spread },
    ...{ recovery: spread, byKind: { generateEvaluation: spread } },
    ...{ byPhase: { executing: spread }, single: [] },
  },
  busy: {
    ...{ busyProcesses: 64, seconds: 1234, workflows: 1040, activities: 77600 },
    ...{ timedOut: 0, triedAgain: 0, lateWorkflowTasks: 0 },
  },
  effective: {
    ...{ effectiveTime: 0.912, kills: 120, away: spread, digestsEqual: true },
    ...{ undisturbed: run, disturbed: run },
  },
};

it('is at most 80 columns wide', () => {
  const lines = renderTables(results).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it('shows only what was measured', () => {
  const { benchmark, madeAt, machine } = results;
  expect(renderTables({ benchmark, madeAt, machine }).split('\n')).toHaveLength(1);
});
