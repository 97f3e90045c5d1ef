import { iterationSummary, readRun, type RunRecord } from '@ace/buffer';
import { createTestDatabase, playedConfig, playRun, type TestDatabase } from '@ace/buffer/testing';
import { PhaseKind, phasesOf } from '@ace/config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { displayPlanOf } from './display-plan.ts';
import { onlyDeps } from './testing/deps.ts';
import { openTestNamespace, type TestNamespace } from './testing/temporal.ts';

const config = { ...playedConfig, iterations: 7 };

let test: TestDatabase;
let namespace: TestNamespace;
let finished: RunRecord;
beforeAll(async () => {
  test = await createTestDatabase();
  await playRun(test.db, 'played', undefined, config);
  namespace = await openTestNamespace(`display-plan-${process.pid}`);
  finished = (await readRun(test.db, 'played'))!;
}, 60_000);
afterAll(async () => {
  await test?.drop();
  await namespace?.close();
});

const planAt = (cursor: number, input: { recipe?: string } | null = {}) =>
  displayPlanOf(
    onlyDeps({ db: test.db, temporal: namespace.client }),
    { ...finished, cursor },
    input,
  );

it('carries the last five iterations, as evolve answered them', async () => {
  const { learnt, ...plan } = await planAt(finished.cursor, { recipe: 'crash' });
  expect(plan).toEqual({ recipe: 'crash', searchable: false });
  const answers = [3, 4, 5, 6, 7].map((k) => iterationSummary(test.db, 'played', k));
  expect(learnt).toEqual(await Promise.all(answers));
});

it('carries those that were learnt from, not those that are only evolved', async () => {
  const cursor = phasesOf(config).findIndex((p) => p.kind === PhaseKind.Learn && p.index === 3);
  const { learnt } = await planAt(cursor);
  expect(learnt.map(({ iteration }) => iteration)).toEqual([1, 2]);
});

it('names the default recipe for an input that names none', async () => {
  expect(await planAt(0)).toEqual({ recipe: 'quickstart', searchable: false, learnt: [] });
  expect(await planAt(0, null)).toMatchObject({ recipe: 'quickstart' });
});
