import { openExecutions } from '@ace/buffer';
import { attemptName } from '@ace/config';
import { createBubblewrapSandbox, type SandboxName } from '@ace/sandbox';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ace } from './ace.ts';
import { setEnvironment } from './environment.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 5, iterations: 1, groups: 1, groupSize: 4 },
  competitions: { train: ['concrete-strength'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

let system: System;
let restore: () => void;
beforeAll(async () => {
  restore = setEnvironment({ ACE_SANDBOX: 'bubblewrap' });
  system = await startSystem();
}, 120_000);
afterAll(async () => {
  restore();
  await system?.end();
}, 60_000);

const aceSweep = (...flags: string[]): Promise<string> => ace(system.home, 'sweep', ...flags);

async function underWay(): Promise<SandboxName[]> {
  const open = await openExecutions(system.db);
  return open.map(({ attempt, execution }) => {
    return { run: attempt.run, attempt: attemptName(attempt), execution };
  });
}

it('`ace sweep` removes the sandboxes of a terminated run, which goes on all the same', async () => {
  const { home, python, client } = system;
  const sandbox = createBubblewrapSandbox({ root: join(home.root, 'sandboxes'), python });
  const standings = async () => Promise.all((await underWay()).map((name) => sandbox.find(name)));
  const run = 'terminated';
  await system.train(run, config);
  await system.killWhen(
    'two sandboxes run',
    'worker',
    async () => String(await standings()) === 'running,running',
  );
  await client.workflow.getHandle(run).terminate('a test');
  const left = await underWay();
  await system.revive();
  expect(await standings()).not.toContain('absent');

  const names = left.map(({ attempt }) => `         ${run}/${attempt} execution 1`);
  const lines = (await aceSweep()).trimEnd().split('\n');
  expect(lines[0]).toMatch(/^removed {2}kind {16}host/);
  expect(lines[1]).toMatch(/^ {6}2 {2}bubblewrap sandbox {2}\S/);
  expect(lines.slice(2)).toEqual(names);
  expect(await Promise.all(left.map((name) => sandbox.find(name)))).toEqual(['absent', 'absent']);
  expect(await underWay()).toEqual([]);
  expect(await aceSweep()).toBe('nothing to remove\n');
  expect(JSON.parse(await aceSweep('--json'))).toEqual({
    ...{ removed: [], notReached: [], failed: [] },
  });

  await system.train(run, config);
  await system.ended(run);
  expect(await underWay()).toEqual([]);
}, 180_000);

it('the schedule is there once, however often the worker is started', async () => {
  await system.kill('worker');
  await system.revive();
  const ids: string[] = [];
  for await (const { scheduleId } of system.client.schedule.list()) ids.push(scheduleId);
  expect(ids).toEqual(['ace-sweep']);
});
