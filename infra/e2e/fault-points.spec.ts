import { firstDifference, type RunDigest } from '@ace/buffer';
import { FaultPoint, phaseOf } from '@ace/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const recipe = { recipe: 'crash', iterations: 20, groupSize: 2 };
const run = 'dies-everywhere';
/** 20 iterations of 2 × 2, and two evaluations of 4 competitions × 2. */
const attempts = 96;
/** Many lines may be met in one iteration, and the end is many iterations away. */
const patienceSeconds = 400;

/** Where the line is not the worker's. */
const dying: Partial<Record<FaultPoint, 'engine'>> = { [FaultPoint.CheckpointAside]: 'engine' };

/** Those of containers, and of updates that a person sends, have a test where there are some. */
const elsewhere = ['contain', 'steer'];
const points = Object.values(FaultPoint).filter((point) => !elsewhere.includes(phaseOf(point)));

let system: System;
let undisturbed: RunDigest;

beforeAll(async () => {
  system = await startSystem();
  await system.train('undisturbed', recipe);
  await system.ended('undisturbed');
  undisturbed = await system.digest('undisturbed');
  await system.forgetArtifacts();
}, 600_000);
afterAll(() => system?.end(), 60_000);

// One run dies at every point, in this order: a point that it does not reach fails here, and what is lost or
// double after any of them shows in its digest at the end. Each is armed while nobody is there to pass it by.
describe('one run that dies between two lines, at every point there is', () => {
  it.each(points)(
    '%s',
    async (point) => {
      await system.faults.arm(point, 1);
      await (point === FaultPoint.RunOpened ? system.train(run, recipe) : system.revive());
      await eventually(
        `a process reaches "${point}"`,
        () => system.faults.wasHit(),
        patienceSeconds,
      );
      await system.died(dying[point] ?? 'worker');
    },
    450_000,
  );

  it('ends with the digest of an undisturbed run', async () => {
    await system.revive();
    await system.ended(run);
    expect(firstDifference(undisturbed, await system.digest(run))).toBeNull();
  }, 240_000);

  it(`has executed each of its ${attempts} attempts once`, async () => {
    const count = async (table: string): Promise<number> => {
      const query = `SELECT FROM ${table} WHERE run = $1`;
      return (await system.db.pool.query(query, [run])).rowCount ?? 0;
    };
    expect(await count('completions')).toBe(attempts);
    expect(await count('executions')).toBe(await count('completions'));
  });
});
