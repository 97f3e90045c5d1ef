import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHome } from '../src/home.ts';
import { readRecord, serverNames } from '../src/servers/record.ts';
import { readServices, runningServers, stopServers } from '../src/services/services.ts';
import { makeTemporaryHome, removeTemporaryHome } from '../src/testing/index.ts';
import { ace } from './ace.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 5, iterations: 1, groups: 1, groupSize: 2 },
  competitions: { train: ['concrete-strength'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

let system: System;
beforeAll(async () => void (system = await startSystem()), 120_000);
afterAll(() => system?.end(), 60_000);

const status = async () => JSON.parse(await ace(system.home, 'status', '--json')) as unknown;

it('`ace status --json` names where everything is, and every run', async () => {
  await system.train('stands', config);
  await system.ended('stands');
  const { temporal } = await readServices(system.home);
  const { address, uiUrl: ui } = temporal!;
  expect(await status()).toEqual({
    temporal: { address, ui, namespace: 'default' },
    ...{ taskQueue: 'ace', worker: true, skippedSchedules: [] },
    runs: [
      expect.objectContaining({
        ...{ run: 'stands', status: 'finished', iteration: 1, iterations: 1, failure: null },
        ui: `${ui}/namespaces/default/workflows/stands`,
      }),
    ],
  });
}, 60_000);

it('`ace up` finds what runs, and says where it is and what starts a run from the UI', async () => {
  const before = await Promise.all(serverNames.map((name) => readRecord(system.home, name)));
  const text = await ace(system.home, 'up');
  const { address, uiUrl } = (await readServices(system.home)).temporal!;
  expect(text).toContain(`Temporal UI      ${uiUrl}\n`);
  expect(text).toContain(`address          ${address}, namespace default\n`);
  expect(text).toContain('task queue       ace\n');
  expect(text).toContain('  Workflow Type  trainingRun\n');
  expect(await Promise.all(serverNames.map((name) => readRecord(system.home, name)))).toEqual(
    before,
  );
}, 60_000);

it('says that the servers are down and starts none', async () => {
  await stopServers(system.home);
  expect(await status()).toEqual({
    temporal: { address: null, ui: null, namespace: 'default' },
    ...{ taskQueue: 'ace', worker: false, skippedSchedules: [], runs: null },
  });
  expect(await runningServers(system.home)).toEqual([]);
}, 60_000);

it('`ace up` starts all again, and finds the run', async () => {
  expect(await ace(system.home, 'up')).toContain('  Workflow Type  trainingRun\n');
  expect((await runningServers(system.home)).sort()).toEqual([...serverNames].sort());
  expect(await status()).toMatchObject({
    ...{ worker: true, runs: [{ run: 'stands', status: 'finished' }] },
  });
}, 120_000);

it('starts nothing in a folder in which nothing ever was', async () => {
  const home = await makeTemporaryHome(await openHome());
  try {
    expect(await ace(home, 'status')).toContain('Temporal    not running');
    expect(await readdir(home.data)).toEqual([]);
  } finally {
    await removeTemporaryHome(home);
  }
}, 60_000);
