import { firstDifference, type RunDigest } from '@ace/buffer';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startSystem, type System } from './system.ts';

const small = {
  seed: 7,
  iterations: 3,
  groups: 2,
  groupSize: 4,
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: ['smoker-survival'] },
  evaluation: { samplesPerCompetition: 2, everyIterations: 0 },
};
const deep = { ...small, pipelineDepth: 2 };

let system: System;
const undisturbed: Record<'small' | 'deep', RunDigest | null> = { small: null, deep: null };

beforeAll(async () => {
  system = await startSystem();
  for (const [name, config] of Object.entries({ small, deep })) {
    await system.train(`undisturbed-${name}`, config);
    await system.ended(`undisturbed-${name}`);
    undisturbed[name as 'small' | 'deep'] = await system.digest(`undisturbed-${name}`);
  }
}, 240_000);

afterAll(() => system.end(), 60_000);

async function expectEqual(run: string, which: 'small' | 'deep'): Promise<void> {
  await system.ended(run);
  const digest = await system.digest(run);
  const expected = undisturbed[which];
  if (!expected) throw new Error('there is no undisturbed run to compare with');
  expect(firstDifference(expected, digest)).toBeNull();
  expect(digest.total).toBe(expected.total);
}

/** Lets the worker die at its n-th arrival at a fault point, and waits until it did. */
async function dieAt(point: string, run: string, config: object, arrival = 1): Promise<void> {
  const file = join(system.home.root, `${run}.fault`);
  await writeFile(file, `${point}\n${arrival}\n`);
  await system.kill('worker');
  await system.revive({ ACE_FAULT_FILE: file });
  await system.train(run, config);
  await eventually(`the worker reaches "${point}"`, () => existsSync(`${file}.hit`));
}

/** Number of executions of each attempt of a run, at most. */
async function mostExecutions(run: string): Promise<number> {
  const query = 'SELECT max(execution)::int AS most FROM executions WHERE run = $1';
  const { rows } = await system.db.pool.query<{ most: number }>(query, [run]);
  return rows[0]!.most;
}

const attemptsUnderWay = async (run: string): Promise<boolean> => {
  const query = 'SELECT 1 FROM executions WHERE run = $1 AND track = $2 LIMIT 1';
  return (await system.db.pool.query(query, [run, 'train'])).rows.length > 0;
};

describe('a run whose worker is killed', () => {
  it.each([
    ['a completion stored, not answered', 'completion stored, not answered', 'small'],
    ['inside the transaction of evolve', 'in the transaction of evolve', 'small'],
    ['a checkpoint written, not published, depth 1', 'checkpoint written, not published', 'small'],
    ['a checkpoint written, not published, depth 2', 'checkpoint written, not published', 'deep'],
  ] as const)(
    'at %s ends as if nothing had happened',
    async (_, point, which) => {
      const run = `killed-${which}-${point.replace(/[^a-z]+/g, '-')}`;
      await dieAt(point, run, which === 'deep' ? deep : small, 2);
      await system.revive();
      await expectEqual(run, which);
    },
    120_000,
  );

  it('with two sandboxes running finds both again: their execution number stays 1', async () => {
    const run = 'killed-with-sandboxes';
    await dieAt('sandbox running, not awaited', run, small, 2);
    const query =
      'SELECT count(*)::int AS open FROM executions WHERE run = $1 AND ended_at IS NULL';
    const { rows } = await system.db.pool.query<{ open: number }>(query, [run]);
    expect(rows[0]!.open).toBe(2);
    await system.revive();
    await expectEqual(run, 'small');
    expect(await mostExecutions(run)).toBe(1);
  }, 120_000);
});

describe('a run whose server is killed', () => {
  it.each(['temporal', 'postgres', 'engine'] as const)(
    '%s: ends as if nothing had happened',
    async (server) => {
      const run = `killed-${server}`;
      await system.train(run, small);
      await eventually('an attempt is under way', () => attemptsUnderWay(run));
      await system.kill(server);
      await system.revive();
      await expectEqual(run, 'small');
    },
    120_000,
  );
});

describe('a run that was terminated', () => {
  it('is resumed under its id and ends as if nothing had happened', async () => {
    const run = 'terminated';
    await system.train(run, small);
    await eventually('an attempt is under way', () => attemptsUnderWay(run));
    await system.client.workflow.getHandle(run).terminate('a test');
    await system.train(run, small);
    await expectEqual(run, 'small');
  }, 120_000);

  it('is refused under its id with another config, naming the field', async () => {
    await system.train('terminated', { ...small, groupSize: 5 });
    await expect(system.ended('terminated')).rejects.toMatchObject({
      cause: {
        cause: { type: 'ConfigMismatch', message: expect.stringContaining('groupSize') as string },
      },
    });
  });
});
