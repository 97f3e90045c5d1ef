import { parseInput, type Schedule, scheduleSchema } from '@ace/config';
import { Client, Connection, type ScheduleDescription } from '@temporalio/client';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Home, openHome } from '../../home.ts';
import { readRecord } from '../../servers/record.ts';
import { ensureServers } from '../../services/services.ts';
import { makeTemporaryHome, removeTemporaryHome } from '../../testing/index.ts';
import { skippedSchedules } from './skipped-schedules.ts';
import {
  createTrainingSchedule,
  trainingSchedule,
  trainingSchedules,
} from './training-schedules.ts';

/** A server of this file's own, which dies. Nobody works there, so that a run stays open until it is ended. */
let home: Home;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  home = await makeTemporaryHome(await openHome());
  const { address, namespace } = await startServer();
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
}, 120_000);
afterAll(async () => {
  await connection?.close();
  if (home) await removeTemporaryHome(home);
}, 60_000);

const startServer = async () =>
  (await ensureServers({ home, only: ['temporal'], anyPort: true, settings: {} })).temporal;

async function killServer(): Promise<void> {
  const record = await readRecord(home, 'temporal');
  process.kill(record!.process!.pid, 'SIGKILL');
}

const everySecond = '* * * * * * *';
const scheduleNamed = (name: string, over: object = {}): Schedule =>
  parseInput(scheduleSchema, { name, cron: [everySecond], calendar: [], ...over }, 'schedule');
const create = (schedule: Schedule) =>
  createTrainingSchedule(client.schedule, schedule, { recipe: 'quickstart' });
const describeOf = (name: string) => trainingSchedule(client.schedule, name);
const runsOf = ({ info }: ScheduleDescription): string[] =>
  info.recentActions.map(({ action }) => action.workflow.workflowId);

async function until(
  name: string,
  holds: (schedule: ScheduleDescription) => boolean,
): Promise<ScheduleDescription> {
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(100)) {
    const schedule = await describeOf(name);
    if (holds(schedule)) return schedule;
  }
  throw new Error(`schedule ${name} did not get there`);
}

const end = (run: string) => client.workflow.getHandle(run).terminate('a test');

describe('a schedule', () => {
  it('is what was asked for', async () => {
    const policies = { overlap: 'buffer-one', catchUp: '2 hours', pauseOnFailure: true };
    const times = { timeZone: 'Europe/Berlin', jitter: '10 minutes' };
    const calendar = [{ hour: 2, dayOfWeek: [{ start: 'MONDAY', end: 'FRIDAY' }] }];
    const more = { ...policies, ...times, note: 'for a test', paused: true };
    const schedule = await create(scheduleNamed('asked', { cron: [], calendar, ...more }));
    expect(schedule).toMatchObject({
      policies: { overlap: 'BUFFER_ONE', catchupWindow: 7_200_000, pauseOnFailure: true },
      spec: { timezone: 'Europe/Berlin', jitter: 600_000 },
      state: { paused: true, note: 'for a test' },
      action: {
        ...{ workflowType: 'trainingRun', workflowId: 'asked', taskQueue: 'ace' },
        args: [{ recipe: 'quickstart' }],
      },
    });
    expect(schedule.spec.calendars).toMatchObject([
      { hour: [{ start: 2 }], dayOfWeek: [{ start: 'MONDAY', end: 'FRIDAY' }] },
    ]);
  });

  it.each([
    [{ cron: ['61 2 * * *'] }, /^schedule: cron: .*, got "61 2 \* \* \*"$/],
    [{ cron: ['TZ=Nowhere * * * *'] }, /^schedule: cron/],
  ])('is refused with the times %j, and is not there', async (over, message) => {
    await expect((async () => create(scheduleNamed('refused', over)))()).rejects.toThrow(message);
    await expect(describeOf('refused')).rejects.toThrow(/expected .*, got "refused"/);
  });

  it('has a name of its own', async () => {
    await expect(create(scheduleNamed('asked'))).rejects.toThrow(
      'schedule: name: expected one that is free, "asked" is taken',
    );
  });

  it('fires, skips what overlaps, is shown for that, and fires again', async () => {
    await create(scheduleNamed('skipping'));
    const skipped = await until('skipping', ({ info }) => info.numActionsSkippedOverlap >= 2);
    expect(runsOf(skipped)).toHaveLength(1);
    const [run = ''] = runsOf(skipped);
    expect(run).toMatch(/^skipping-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    for (const end = Date.now() + 15_000; Date.now() < end; await pause(200)) {
      if ((await skippedSchedules(client)).length > 0) break;
    }
    const [shown, ...others] = await skippedSchedules(client);
    expect(shown).toMatchObject({ schedule: 'skipping', run });
    expect(shown?.firings).toBeGreaterThanOrEqual(2);
    expect(others).toEqual([]);

    await end(run);
    const again = await until('skipping', ({ info }) => info.numActionsTaken === 2);
    await client.schedule.getHandle('skipping').pause('enough');
    await end(runsOf(again)[1] ?? '');
    expect(await skippedSchedules(client)).toEqual([]);
  }, 60_000);

  it('makes up for what it missed while the server was down', async () => {
    await create(scheduleNamed('catching-up', { overlap: 'allow-all', catchUp: '1 minute' }));
    await until('catching-up', ({ info }) => info.numActionsTaken >= 1);
    await killServer();
    const down = Date.now();
    await pause(3_000);
    const up = Date.now();
    await startServer();
    const isMissed = ({ scheduledAt }: { scheduledAt: Date }): boolean =>
      Number(scheduledAt) > down && Number(scheduledAt) < up;
    const caughtUp = await until(
      'catching-up',
      ({ info }) => info.recentActions.filter(isMissed).length >= 2,
    );
    await client.schedule.getHandle('catching-up').pause('enough');
    const late = caughtUp.info.recentActions.filter(isMissed);
    expect(late.every(({ takenAt }) => Number(takenAt) >= up)).toBe(true);
    expect(caughtUp.info.numActionsMissedCatchupWindow).toBe(0);
  }, 60_000);

  it('is among those that are listed, until it is deleted', async () => {
    const listed = async () =>
      (await trainingSchedules(client.schedule)).map(({ scheduleId }) => scheduleId);
    expect(await listed()).toEqual(['asked', 'catching-up', 'skipping']);
    await client.schedule.getHandle('asked').delete();
    await expect(describeOf('asked')).rejects.toThrow(/expected one of catching-up, skipping/);
  });
});
