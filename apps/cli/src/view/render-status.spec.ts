import { describe, expect, it } from 'vitest';
import { Standing } from './live-view.ts';
import { renderStatus, type RunStatusView, type StatusView } from './render-status.ts';
import { colours, noPaint, widthOf } from './text.ts';

const run: RunStatusView = {
  ...{ run: 'quickstart-2', status: Standing.Running, iteration: 4, iterations: 15 },
  ...{ failure: null, ui: null, createdAt: '2026-01-01T00:00:00.000Z', finishedAt: null },
};

const blocked: RunStatusView = {
  ...{ ...run, run: 'r'.repeat(80), status: Standing.Blocked },
  failure: {
    ...{ iteration: 4, step: 'iteration 4', reason: 'the disk is full '.repeat(20) },
    ...{ remedy: 'make room', command: 'npm run ace -- retry quickstart-1 4' },
  },
};

const view: StatusView = {
  temporal: { address: '127.0.0.1:7233', ui: 'http://127.0.0.1:8233', namespace: 'default' },
  ...{
    taskQueue: 'ace',
    worker: true,
    skippedSchedules: [],
    runs: [run, { ...run, run: 'quickstart-1', iteration: 15 }],
  },
};

describe('renderStatus', () => {
  it('shows the servers and every run', () => {
    expect(renderStatus(view, noPaint).join('\n')).toMatchInlineSnapshot(`
      "Temporal    127.0.0.1:7233, namespace default
      UI          http://127.0.0.1:8233
      task queue  ace
      worker      running

      quickstart-2                              running    iteration 4 of 15
      quickstart-1                              running    iteration 15 of 15"
    `);
  });

  it('says how to get what is not there', () => {
    const lines = renderStatus({ ...view, worker: false, runs: [] }, noPaint).join('\n');
    expect(lines).toContain('npm run ace -- up');
    expect(lines).toContain('npm start');
  });

  it('shows a schedule that skips its firings, and what to do', () => {
    const since = '2026-11-27T02:00:00.000Z';
    const skipped = [
      { schedule: 'nightly', firings: 2, since, run: 'nightly-2026-11-26T02:00:00Z' },
      { schedule: 'weekly', firings: 3, since, run: null },
    ];
    const lines = renderStatus({ ...view, skippedSchedules: skipped, runs: [] }, noPaint);
    expect(lines.slice(4, -2).join('\n')).toMatchInlineSnapshot(`
      "schedule nightly has skipped 2 firings
        Since 2026-11-27T02:00:00.000Z, because the run nightly-2026-11-26T02:00:00Z
        is open: see what holds it, \`npm run ace -- watch
        nightly-2026-11-26T02:00:00Z\`.
      schedule weekly has skipped 3 firings
        Since 2026-11-27T02:00:00.000Z: the server was away for longer than its
        catch-up window. \`npm run ace -- up\` keeps it up."
    `);
  });

  it('says that the servers are down, and nothing of runs', () => {
    const temporal = { address: null, ui: null, namespace: 'default' };
    const down = { ...view, temporal, worker: false, runs: null };
    expect(renderStatus(down, noPaint).join('\n')).toMatchInlineSnapshot(`
      "Temporal    not running; \`npm run ace -- up\` starts it
      task queue  ace
      worker      none here; \`npm run ace -- up\` starts one

      How the runs stand is not known while the servers are down."
    `);
  });

  it('shows what blocks a run within 80 columns', () => {
    const lines = renderStatus({ ...view, runs: [blocked] }, colours);
    expect(lines.join(' ')).toContain('retry quickstart-1');
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
  });
});
