import { afterAll, beforeAll, expect, it } from 'vitest';
import { conduct } from './conduct.ts';
import { shortfalls } from './demands.ts';
import { freshSeed, parseOptions } from './options.ts';
import { type ChaosSystem, startChaosSystem } from './system.ts';
import { renderReport } from './table.ts';

/** Another one each time; a failure is repeated, as far as times repeat, with its number. */
const seed = Number(process.env['ACE_TEST_SEED'] ?? freshSeed());
const kills = 15;

/** The leg of the whole that overlaps most, and is over first. random-kills.docker.spec.ts has containers killed. */
const all = parseOptions(['--seed', String(seed), '--kills', String(kills)])!;
const leg = all.legs.find(({ depth }) => depth === 4)!;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startChaosSystem([leg]);
}, 240_000);
afterAll(() => system?.end(), 120_000);

it(`${kills} kills of everything there is, depth ${leg.depth}, in ${leg.sandbox}, seed ${seed}: the digests are those of a run left alone`, async () => {
  const report = await conduct(system, { ...all, legs: [leg] }, console.log);
  console.log(renderReport(report));
  expect(report.hits).toHaveLength(kills);
  expect(shortfalls(report)).toEqual([]);
}, 1_500_000);
