import type { SkippedSchedule } from '@ace/infra';
import type { ScheduleDescription } from '@temporalio/client';
import { cut, padded, type Paint, plural, wrapped } from './text.ts';

/** A schedule as `ace schedule list --json` prints it; times in ISO 8601. */
export interface ScheduleView {
  schedule: string;
  paused: boolean;
  note: string | null;
  /** null when it does not fire again. */
  next: string | null;
  /** The run that it started last. */
  lastRun: string | null;
  timeZone: string;
  overlap: string;
  /** What each run gets. */
  input: unknown;
}

export interface SchedulesView {
  schedules: ScheduleView[];
  skipped: SkippedSchedule[];
}

export function scheduleView(description: ScheduleDescription): ScheduleView {
  const { scheduleId, state, info, spec, policies, action } = description;
  return {
    ...{ schedule: scheduleId, paused: state.paused, note: state.note || null },
    next: info.nextActionTimes[0]?.toISOString() ?? null,
    lastRun: info.recentActions.at(-1)?.action.workflow.workflowId ?? null,
    timeZone: spec.timezone || 'UTC',
    overlap: (policies.overlap ?? 'SKIP').toLowerCase().replaceAll('_', '-'),
    input: action.args?.[0] ?? {},
  };
}

const nameWidth = 20;

export function renderSchedules(view: SchedulesView, paint: Paint, width = 80): string[] {
  if (view.schedules.length === 0)
    return ['No schedule yet; `npm run ace -- schedule create` makes one.'];
  return [
    ...view.schedules.flatMap((schedule) => scheduleLines(schedule, paint, width)),
    ...skippedLines(view.skipped, paint, width),
  ];
}

function scheduleLines(view: ScheduleView, paint: Paint, width: number): string[] {
  const { schedule, paused, next, lastRun, note } = view;
  const name = padded(cut(schedule, nameWidth), nameWidth);
  const standing = paused ? 'paused' : `next ${next ?? 'never'}`;
  const last = lastRun === null ? [] : [`last run  ${lastRun}`];
  return [
    `${name}  ${standing}`,
    ...[...last, ...(note === null ? [] : wrapped(note, width - 2))].map((line) =>
      paint.faint(`  ${line}`),
    ),
  ];
}

/** Of `ace status` too: whoever looks at the runs must see the nights that there are none of. */
export function skippedLines(
  skipped: readonly SkippedSchedule[],
  paint: Paint,
  width = 80,
): string[] {
  return skipped.flatMap((one) => {
    const title = `schedule ${one.schedule} has skipped ${plural(one.firings, 'firing')}`;
    const words = wrapped(skippedText(one), width - 2).map((line) => `  ${line}`);
    return [paint.bad(cut(title, width)), ...words];
  });
}

function skippedText({ since, run }: SkippedSchedule): string {
  if (run === null) {
    return `Since ${since}: the server was away for longer than its catch-up window. \`npm run ace -- up\` keeps it up.`;
  }
  return `Since ${since}, because the run ${run} is open: see what holds it, \`npm run ace -- watch ${run}\`.`;
}
