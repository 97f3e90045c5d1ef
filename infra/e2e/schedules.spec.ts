import { latestVersion, readRun, readVersion } from '@ace/buffer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backfillTraining, triggerTraining } from '../src/temporal/schedules/firings.ts';
import { trainingSchedule } from '../src/temporal/schedules/training-schedules.ts';
import { ace } from './ace.ts';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

/** Large enough that its one iteration finds programs that work and programs that do not: something to learn. */
const tiny = {
  ...{ recipe: 'crash', iterations: 1, groups: 3, groupSize: 8 },
  evaluation: { samplesPerCompetition: 0 },
};
const settings = [
  ...[
    '--recipe',
    tiny.recipe,
    '--set',
    'iterations=1',
    '--set',
    'groups=3',
    '--set',
    'groupSize=8',
  ],
  ...['--set', 'evaluation.samplesPerCompetition=0'],
];

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system?.end(), 60_000);

const fire = async (schedule: string): Promise<string> => {
  const run = await triggerTraining(system.client.schedule, schedule);
  if (run === null) throw new Error(`${schedule} was skipped`);
  return run;
};

it('each firing goes on from the one before', async () => {
  const { db, client, home } = system;
  const never = ['--cron', '0 2 1 1 *', '--time-zone', 'Europe/Berlin', '--note', 'of a test'];
  const said = await ace(home, 'schedule', 'create', 'nightly', ...never, ...settings);
  expect(said).toMatch(/^nightly: fires next at \d{4}-01-01T01:00:00\.000Z/);

  const first = await fire('nightly');
  expect(first).toMatch(/^nightly-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await system.ended(first);
  const [start, last] = [await readVersion(db, first, 0), await latestVersion(db, first)];
  expect(last?.version).toBe(1);
  expect(last?.sha256).not.toBe(start?.sha256);
  const record = await readRun(db, first);
  expect(record).toMatchObject({ series: 'nightly', origin: null });
  expect(record?.config.onIterationFailure).toBe('fail');

  const second = await fire('nightly');
  const begun = async () => readVersion(db, second, 0);
  await eventually('it has begun', async () => (await begun()) !== null);
  expect((await begun())?.sha256).toBe(last?.sha256);
  const { sha256, statePath } = last!;
  const origin = { run: first, version: 1, sha256, statePath };
  expect((await readRun(db, second))?.origin).toEqual(origin);
  await client.workflow.getHandle(second).terminate('enough is seen');

  const { info } = await trainingSchedule(client.schedule, 'nightly');
  const time = info.recentActions.at(-1)!.scheduledAt;
  expect(second).toBe(`nightly-${time.toISOString().replace(/\.\d+/, '')}`);
  const listed = JSON.parse(await ace(home, 'schedule', 'list', '--json')) as {
    schedules: unknown;
  };
  expect(listed.schedules).toMatchObject([
    { schedule: 'nightly', paused: false, lastRun: second, note: 'of a test' },
  ]);
}, 180_000);

it('a schedule made in the UI gets the same, is refused where it would block, and pauses', async () => {
  const { client } = system;
  const create = (scheduleId: string, input: object) =>
    client.schedule.create({
      ...{ scheduleId, spec: { cronExpressions: ['0 2 1 1 *'] } },
      action: {
        type: 'startWorkflow',
        ...{ workflowType: 'trainingRun', workflowId: scheduleId, taskQueue: 'ace' },
        args: [input],
      },
      policies: { pauseOnFailure: true },
    });
  await create('blocking', { ...tiny, onIterationFailure: 'block' });
  const run = await fire('blocking');
  await expect(system.ended(run)).rejects.toMatchObject({
    cause: {
      cause: { type: 'InvalidInput', message: expect.stringContaining('"block"') as string },
    },
  });
  expect(await readRun(system.db, run)).toBeNull();
  await eventually('it pauses', async () => {
    const { state } = await trainingSchedule(client.schedule, 'blocking');
    return state.paused;
  });

  await create('from-the-ui', { ...tiny, iterations: 2 });
  const begun = await fire('from-the-ui');
  await eventually('its row is there', async () => (await readRun(system.db, begun)) !== null);
  expect(await readRun(system.db, begun)).toMatchObject({
    ...{ series: 'from-the-ui', config: { iterations: 2, onIterationFailure: 'fail' } },
  });
  await client.workflow.getHandle(begun).terminate('enough is seen');
}, 60_000);

it('a span that is over is made up for, one run after the other', async () => {
  const { client } = system;
  const span = { from: new Date('2026-01-01T01:00:00Z'), to: new Date('2026-01-01T01:00:00Z') };
  const times = await backfillTraining(client.schedule, 'nightly', span);
  expect(times).toEqual([span.from]);
  const run = 'nightly-2026-01-01T01:00:00Z';
  await eventually('its row is there', async () => (await readRun(system.db, run)) !== null);
  expect(await readRun(system.db, run)).toMatchObject({ series: 'nightly' });
  await client.workflow.getHandle(run).terminate('enough is seen');
}, 60_000);

it('is paused, and deleted, by the CLI; its runs stay', async () => {
  const { client, home, db } = system;
  const state = async () => (await trainingSchedule(client.schedule, 'nightly')).state;
  expect(await ace(home, 'schedule', 'pause', 'nightly')).toBe('nightly: paused\n');
  // What it is for stays to be read.
  expect(await state()).toMatchObject({ paused: true, note: 'of a test' });
  await ace(home, 'schedule', 'resume', 'nightly', '--note', 'again');
  expect(await state()).toMatchObject({ paused: false, note: 'again' });
  await ace(home, 'schedule', 'delete', 'nightly');
  await expect(state()).rejects.toThrow('expected one of blocking, from-the-ui, got "nightly"');
  expect(await readRun(db, 'nightly-2026-01-01T01:00:00Z')).not.toBeNull();
}, 60_000);

it('bad input is refused before anything is made, by the name of the field', async () => {
  const refused = ace(
    system.home,
    'schedule',
    'create',
    'never',
    '--cron',
    '61 2 * * *',
    ...settings,
  );
  await expect(refused).rejects.toMatchObject({
    ...{
      code: 2,
      stderr: expect.stringMatching(/schedule: cron: .*, got "61 2 \* \* \*"/) as string,
    },
  });
  const unknown = trainingSchedule(system.client.schedule, 'never');
  await expect(unknown).rejects.toThrow(/expected one of .*, got "never"/);
}, 60_000);
