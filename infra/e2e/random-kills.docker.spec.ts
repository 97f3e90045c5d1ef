import { afterAll, beforeAll, expect, it } from 'vitest';
import { ace } from './ace.ts';
import {
  type ContainerSystem,
  type ExecutionRow,
  executionsOf,
  startContainerSystem,
} from './containers.ts';
import { eventually } from './eventually.ts';
import { type Killed, killAtRandom } from './killer.ts';
import { ageStaging, leftoversOf, makeForeign, nothing } from './leftovers.ts';
import { plantLeftovers } from './plant.ts';
import { nameOf, victimsOf } from './victims.ts';

/** Another one each time; a failure is repeated, as far as times repeat, with its number. */
const seed = Number(process.env['ACE_TEST_SEED'] ?? Date.now() % 1_000_000);

const config = {
  ...{ seed: 17, iterations: 4, pipelineDepth: 2, groups: 4, groupSize: 8 },
  competitions: { train: ['concrete-strength', 'loan-rates', 'house-prices'], heldOut: [] },
  evaluation: { samplesPerCompetition: 12, everyIterations: 0 },
};
const attempts = 4 * 4 * 8 + 2 * 3 * 12;
const killsOfAKind = 4;
const run = 'random-kills';

let system: ContainerSystem;
beforeAll(async () => {
  system = await startContainerSystem('host-a');
}, 240_000);
afterAll(() => system?.end(), 120_000);

it(`${attempts} attempts, and kills at random with seed ${seed}: each ends once, and nothing is left that nobody owns`, async () => {
  const theirs = await makeForeign(system.docker);
  const foreign = system.docker.getContainer(theirs[0]!);
  const { State: before } = await foreign.inspect();
  await system.train(run, config);
  const killed = await killAtRandom(seed, victimsOf(system, run), killsOfAKind, progress);
  await system.ended(run);

  await expectEachOnce();
  expectHit(killed, await executionsOf(system.db, run));
  await ageStaging(system.home);
  const swept = await ace(system.home, 'sweep');
  console.log(`${inWords(killed)}\n${swept}`);
  expect(await leftoversOf(system, theirs)).toEqual(nothing);
  expect((await foreign.inspect()).State).toEqual(before);
  expect(await ace(system.home, 'sweep')).toBe('nothing to remove\n');
}, 1_800_000);

it('looks well for what nobody owns: one planted of each is found', async () => {
  const before = await leftoversOf(system);
  const takeAway = await plantLeftovers(system, run);
  await eventually('all is there', async () => (await leftoversOf(system)).processes.length >= 4);
  const found = await leftoversOf(system);
  expect(found.containers).toEqual(expect.arrayContaining([...before.containers, 'planted']));
  expect(found.volumes).toContain('planted');
  expect(found.folders).toEqual([expect.stringContaining('+planted+1')]);
  const why = ['lifeline', '+planted+1)', 'sees a folder', 'control group'];
  for (const words of why) expect(found.processes.join('\n')).toContain(words);
  expect(found.rows).toEqual([
    expect.stringContaining('execution that has not ended: random-kills/'),
    'open workflow: trainingRun planted',
  ]);
  await takeAway();
}, 120_000);

async function progress(): Promise<number> {
  const query = 'SELECT FROM results WHERE run = $1';
  return ((await system.db.pool.query(query, [run])).rowCount ?? 0) / attempts;
}

const address = 'run, track, iteration, slot, sample';

/** One result and one grade for each attempt, both of its newest execution, which alone came to an end. */
async function expectEachOnce(): Promise<void> {
  const { pool } = system.db;
  const counts = await pool.query(
    `SELECT count(*) AS attempts, count(r.verdict) AS results, count(g.valid) AS grades,
       count(l.why) AS losses, count(*) FILTER (WHERE r.verdict = 'killed') AS killed
     FROM completions LEFT JOIN results r USING (${address}) LEFT JOIN grades g USING (${address})
       LEFT JOIN losses l USING (${address})
     WHERE run = $1`,
    [run],
  );
  const each = { attempts, results: attempts, grades: attempts };
  expect(counts.rows).toEqual([{ ...each, losses: 0, killed: 0 }]);
  const wrong = await pool.query(
    `SELECT ${address}, e.execution, e.outcome, r.execution AS stored
     FROM executions e LEFT JOIN results r USING (${address})
     WHERE run = $1 AND (e.outcome IS NULL OR r.execution IS NULL OR e.execution > r.execution
       OR (e.outcome = 'finished') <> (e.execution = r.execution))`,
    [run],
  );
  expect(wrong.rows).toEqual([]);
}

/** A container may come to its result in the moment in which it is killed; but not each of a kind. */
function expectHit(killed: Killed[], rows: ExecutionRow[]): void {
  const lost = new Set(rows.filter(({ outcome }) => outcome === 'host lost').map(nameOf));
  for (const kind of ['container killed', 'container removed']) {
    const hit = killed.filter((one) => one.kind === kind && lost.has(one.who));
    expect(hit.length, `${kind}, and lost`).toBeGreaterThanOrEqual(2);
  }
}

const inWords = (killed: Killed[]): string =>
  killed.map(({ kind, who }, index) => `kill ${index + 1}: ${kind}, ${who}`).join('\n');
