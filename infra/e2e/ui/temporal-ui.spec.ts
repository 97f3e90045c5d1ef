import { readRun } from '@ace/buffer';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { startSystem, type System } from '../system.ts';
import { openBrowser, openWindow } from './browser.ts';
import { bytesOf, forgetPictures, picturesShown, picturesTaken, takePicture } from './pictures.ts';
import { openScheduleForm } from './schedule-form.ts';
import { openSchedule } from './schedule-page.ts';
import { openFilledStartForm, openStartForm } from './start-form.ts';
import { workflowPage } from './workflow-page.ts';

/** Both forms ask for them; the rest differs. */
const training = { workflowType: 'trainingRun', taskQueue: 'ace' };

let browser: Browser;
let system: System;
let page: Page;

beforeAll(async () => {
  await forgetPictures();
  browser = await openBrowser();
  system = await startSystem();
  page = await openWindow(browser, system.ui);
}, 420_000);

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || !page) return;
  await takePicture(page, `failed-${task.name.replace(/\W+/g, '-')}`);
});

afterAll(async () => {
  await browser?.close();
  await system?.end();
}, 60_000);

describe('somebody who starts runs in the Temporal UI', () => {
  it('fills in the form, watches the run finish and looks at it', async () => {
    const run = 'my-first-run';
    const form = await openStartForm(page);
    const input = JSON.stringify({ recipe: 'crash', iterations: 1, groupSize: 2 });
    await form.fill({ ...training, workflowId: run, input });
    await form.workerIsThere();
    await takePicture(page, 'start-form', 1000);
    await form.start();

    const workflow = workflowPage(page);
    await workflow.shows('Completed');
    await takePicture(page, 'run-finished', 1000);
    await workflow.openTree([
      run,
      ...[`${run}/evaluation/0`, `${run}/iteration/1`, `${run}/evaluation/1`],
      ...[`${run}/iteration/1/group/0`, `${run}/iteration/1/group/1`],
    ]);
    await takePicture(page, 'run-tree', 1000);
    await workflow.openDetails('finished: iteration 1 of 1');
    await takePicture(page, 'run-details');
    expect(await readRun(system.db, run)).toMatchObject({ status: 'finished' });
  }, 120_000);

  it('sees what is wrong with an input', async () => {
    const form = await openStartForm(page);
    await form.fill({ ...training, workflowId: 'misspelt', input: '{"recipe": "quikstart"}' });
    await form.start();

    const workflow = workflowPage(page);
    await workflow.shows('Failed');
    expect(await workflow.inputAndResult()).toMatch(
      /recipe: expected one of .*\bquickstart\b.* got .*quikstart/s,
    );
    await takePicture(page, 'bad-input', 1000);
    expect(await readRun(system.db, 'misspelt')).toBeNull();
  }, 60_000);

  it('cannot start what is no JSON', async () => {
    const form = await openStartForm(page);
    await form.fill({ ...training, workflowId: 'unquoted', input: '{recipe: crash}' });
    expect(await form.isReady()).toBe(false);
  });

  it('starts the default recipe with {}, in a form that an address has filled in', async () => {
    const run = 'all-defaults';
    const form = await openFilledStartForm(page, training);
    await form.fill({ workflowId: run, input: '{}' });
    await form.start();
    await workflowPage(page).shows('Running');
    const config = async () => (await readRun(system.db, run))?.config;
    await eventually('the run has a record', async () => (await config()) !== undefined);
    // As the recipe quickstart says, and nobody else.
    expect(await config()).toMatchObject({ iterations: 18, groups: 4, groupSize: 8 });
    await system.client.workflow.getHandle(run).terminate('the form is what was tested');
  }, 60_000);
});

describe('somebody who wants a run every night', () => {
  it('makes a schedule in the Temporal UI, lets it fire and deletes it', async () => {
    const name = 'nightly';
    const input = { recipe: 'crash', iterations: 1, groupSize: 2, onIterationFailure: 'fail' };
    const form = await openScheduleForm(page);
    await form.fill({
      ...training,
      ...{ name, workflowId: name, timeZone: 'Europe/Zurich', cron: '0 2 * * *' },
      input: JSON.stringify(input),
    });
    await form.showDetails();
    await takePicture(page, 'schedule-form', 1300);
    await form.pauseOnFailure();
    await form.showTimes();
    await takePicture(page, 'schedule-times', 1300);
    await form.create(name);

    const made = await system.client.schedule.getHandle(name).describe();
    expect(made).toMatchObject({
      spec: { timezone: 'Europe/Zurich', calendars: [{ hour: [{ start: 2 }] }] },
      action: { ...training, type: 'startWorkflow', workflowId: name, args: [input] },
      policies: { overlap: 'SKIP', pauseOnFailure: true },
      state: { paused: false },
    });

    const schedule = await openSchedule(page, name);
    const run = await schedule.trigger();
    await takePicture(page, 'schedule');
    await schedule.delete();
    await expect(system.client.schedule.getHandle(name).describe()).rejects.toThrow('not found');
    // What it has started goes on.
    await system.ended(run);
    expect(await readRun(system.db, run)).toMatchObject({ status: 'finished' });
  }, 120_000);
});

describe('the pictures', () => {
  it('are those that docs/ui shows, each small enough for it', async () => {
    const taken = await picturesTaken();
    expect(taken).toEqual(await picturesShown());
    for (const name of taken) expect(await bytesOf(name), name).toBeLessThan(300_000);
  });
});
