import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSystem, type System } from '../e2e/system.ts';
import { conduct } from './conduct.ts';
import { freshSeed } from './options.ts';
import { renderReport } from './table.ts';

/** Another one each time; a failure is repeated, as far as times repeat, with its number. */
const seed = Number(process.env['ACE_TEST_SEED'] ?? freshSeed());
const depth = [1, 2, 4][seed % 3]!;
const kills = 15;

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 240_000);
afterAll(() => system?.end(), 60_000);

it(`${kills} kills of everything there is, depth ${depth}, seed ${seed}: the digests are those of a run left alone`, async () => {
  const options = { kills, seed, recipe: 'crash', depths: [depth] };
  const report = await conduct(system, options, console.log);
  console.log(renderReport(report));
  expect(report.hits).toHaveLength(kills);
  expect(report.outcomes.map(({ difference }) => difference)).toEqual(
    report.outcomes.map(() => null),
  );
}, 1_200_000);
