import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSystem, type System } from '../../e2e/system.ts';
import { openWorkers, type Workers } from './workers.ts';

let system: System;
let workers: Workers;
beforeAll(async () => {
  system = await startSystem();
  workers = await openWorkers(system);
}, 240_000);
afterAll(async () => {
  await workers?.end();
  await system?.end();
}, 60_000);

it('a worker that stands by asks for nothing until it is told to', async () => {
  const worker = await workers.standBy();
  let asked: number | null = null;
  const asking = worker.asked().then((at) => (asked = at));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(asked).toBeNull();
  const begun = Date.now();
  worker.begin();
  expect(await asking).toBeGreaterThanOrEqual(begun);
  await worker.kill();
}, 60_000);

it('a run goes on with a worker that was started here', async () => {
  const worker = workers.start();
  await system.train('carried', { recipe: 'crash', iterations: 1, groups: 1, groupSize: 2 });
  await system.ended('carried');
  await worker.kill();
}, 120_000);
