import { InputError } from '@ace/config';
import {
  backfillTraining,
  skippedSchedules,
  trainingSchedule,
  trainingSchedules,
  triggerTraining,
} from '@ace/infra';
import { printSteps } from '@ace/infra/progress';
import type { ScheduleClient } from '@temporalio/client';
import { Command } from 'commander';
import { RunRefusedError } from '../errors.ts';
import { timeOf } from '../input/time.ts';
import { withRuns } from '../run/session.ts';
import { renderSchedules, scheduleView } from '../view/render-schedules.ts';
import { paintFor, plural } from '../view/text.ts';
import { createCommand } from './schedule-create.ts';

/** `ace schedule`: training runs that Temporal starts by itself, e.g. every night. */
export function scheduleCommand(): Command {
  const named = (name: string, description: string): Command =>
    new Command(name).description(description).argument('<schedule>', 'name of the schedule');
  const commands = [
    createCommand(),
    new Command('list')
      .description('every schedule, and when it fires next')
      .option('--json', 'print it as JSON')
      .action(list),
    named('pause', 'fire no more until it is resumed').option('--note <text>', 'why').action(pause),
    named('resume', 'fire again').option('--note <text>', 'why').action(resume),
    named('trigger', 'start a run now, unless one is open').action(trigger),
    named('backfill', 'run for every firing of a span that is over')
      .requiredOption('--from <time>', 'its beginning, such as 2026-11-01T00:00:00Z')
      .requiredOption('--to <time>', 'its end')
      .action(backfill),
    named('delete', 'remove it; its runs stay').action(remove),
  ];
  const group = new Command('schedule').description('training runs that start by themselves');
  for (const command of commands) group.addCommand(command);
  return group;
}

const withSchedules = (body: (schedules: ScheduleClient) => Promise<void>): Promise<void> =>
  withRuns(printSteps(process.stderr), ({ temporal }) => body(temporal.schedule));

async function list({ json }: { json?: true }): Promise<void> {
  await withRuns(printSteps(process.stderr), async ({ temporal }) => {
    const schedules = (await trainingSchedules(temporal.schedule)).map(scheduleView);
    const view = { schedules, skipped: await skippedSchedules(temporal) };
    const lines = renderSchedules(view, paintFor(process.stdout, process.env));
    console.log(json ? JSON.stringify(view, null, 2) : lines.join('\n'));
  });
}

async function pause(name: string, { note }: { note?: string }): Promise<void> {
  await withSchedules(async (schedules) => {
    const { state } = await trainingSchedule(schedules, name);
    await schedules.getHandle(name).pause(note ?? (state.note || 'paused by hand'));
    console.log(`${name}: paused`);
  });
}

async function resume(name: string, { note }: { note?: string }): Promise<void> {
  await withSchedules(async (schedules) => {
    const { state } = await trainingSchedule(schedules, name);
    await schedules.getHandle(name).unpause(note ?? (state.note || 'resumed by hand'));
    const { info } = await trainingSchedule(schedules, name);
    console.log(`${name}: fires next at ${info.nextActionTimes[0]?.toISOString() ?? 'no time'}`);
  });
}

async function trigger(name: string): Promise<void> {
  await withSchedules(async (schedules) => {
    const run = await triggerTraining(schedules, name);
    if (run === null) throw new RunRefusedError(null, `${name}: an earlier run is open: skipped`);
    console.log(`${name}: started ${run}`);
  });
}

async function backfill(name: string, given: { from: string; to: string }): Promise<void> {
  const span = { from: timeOf('--from', given.from), to: timeOf('--to', given.to) };
  if (span.to < span.from) {
    throw new InputError(`--to: expected a time after --from, got "${given.to}"`);
  }
  await withSchedules(async (schedules) => {
    const times = await backfillTraining(schedules, name, span);
    console.log(`${name}: ${plural(times.length, 'firing')}, one run after the other`);
  });
}

async function remove(name: string): Promise<void> {
  await withSchedules(async (schedules) => {
    await trainingSchedule(schedules, name);
    await schedules.getHandle(name).delete();
    console.log(`${name}: deleted; its runs and their record stay`);
  });
}
