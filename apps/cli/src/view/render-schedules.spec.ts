import { describe, expect, it } from 'vitest';
import { renderSchedules, type ScheduleView } from './render-schedules.ts';
import { colours, noPaint, widthOf } from './text.ts';

const nightly: ScheduleView = {
  ...{ schedule: 'nightly', paused: false, note: null, next: '2026-11-29T01:00:00.000Z' },
  ...{ lastRun: 'nightly-2026-11-28T01:00:00Z', timeZone: 'Europe/Berlin', overlap: 'skip' },
  input: { recipe: 'quickstart', series: 'nightly', onIterationFailure: 'fail' },
};
const weekly: ScheduleView = {
  ...{ ...nightly, schedule: 'weekly', paused: true, lastRun: null },
  note: 'paused due to workflow failure: weekly-2026-11-22T01:00:00Z: '.repeat(3),
};

describe('renderSchedules', () => {
  it('shows when each fires next, and why one does not', () => {
    const view = { schedules: [nightly, weekly], skipped: [] };
    const lines = renderSchedules(view, noPaint);
    expect(lines.slice(0, 4)).toEqual([
      'nightly               next 2026-11-29T01:00:00.000Z',
      '  last run  nightly-2026-11-28T01:00:00Z',
      'weekly                paused',
      '  paused due to workflow failure: weekly-2026-11-22T01:00:00Z: paused due to',
    ]);
    const coloured = renderSchedules(view, colours);
    expect(Math.max(...coloured.map(widthOf))).toBeLessThanOrEqual(80);
  });

  it('says how to make one where there is none', () => {
    expect(renderSchedules({ schedules: [], skipped: [] }, noPaint).join()).toContain('create');
  });
});
