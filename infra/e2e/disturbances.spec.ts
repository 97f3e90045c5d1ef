import { firstDifference, type RunDigest } from '@ace/buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 23, iterations: 2, groups: 2, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 1, everyIterations: 0 },
};

/** Longer than a worker may be silent, and than the longest pause between two tries. */
const disturbanceMs = 8000;

let system: System;
let undisturbed: RunDigest;

beforeAll(async () => {
  system = await startSystem();
  await system.train('undisturbed', config);
  await system.ended('undisturbed');
  undisturbed = await system.digest('undisturbed');
}, 240_000);
afterEach(() => system.tidy(), 60_000);
afterAll(() => system?.end(), 60_000);

describe('a run goes on, and ends as if nothing had happened, when for some seconds', () => {
  it.each<[string, () => Promise<() => Promise<void>>]>([
    [
      'the Temporal server stands still, so that every heartbeat comes late',
      () => frozen('temporal'),
    ],
    ['the policy engine stands still', () => frozen('engine')],
    ['the worker stands still', () => frozen('worker')],
    ['every statement on the runs waits', lockedRuns],
    ['Postgres has no connection left, and all that there were are cut', exhaustedConnections],
  ])(
    '%s',
    async (what, disturb) => {
      const run = what.replaceAll(/[^A-Za-z]+/g, '-');
      await system.forgetArtifacts();
      await system.train(run, config);
      await underWay(run);
      const end = await disturb();
      await sleep(disturbanceMs);
      await end();
      await expectEqual(run);
    },
    180_000,
  );

  it('two workers of one name share one folder of sandboxes: each attempt is executed once', async () => {
    await system.addTwin();
    await system.train('twins', config);
    await expectEqual('twins');
    const { rows } = await system.db.pool.query<{ attempts: number; executions: number }>(
      `SELECT (SELECT count(*) FROM completions WHERE run = 'twins') AS attempts,
         (SELECT count(*) FROM executions WHERE run = 'twins') AS executions`,
    );
    expect(rows[0]?.executions).toBe(rows[0]?.attempts);
  }, 180_000);
});

async function expectEqual(run: string): Promise<void> {
  await system.ended(run);
  expect(firstDifference(undisturbed, await system.digest(run))).toBeNull();
}

const underWay = (run: string): Promise<void> =>
  eventually(`${run} executes its first iteration`, async () => {
    const query = `SELECT FROM executions WHERE run = $1 AND track = 'train'`;
    return ((await system.db.pool.query(query, [run])).rowCount ?? 0) > 0;
  });

async function frozen(name: 'temporal' | 'engine' | 'worker'): Promise<() => Promise<void>> {
  await system.signal(name, 'SIGSTOP');
  return () => system.signal(name, 'SIGCONT');
}

async function lockedRuns(): Promise<() => Promise<void>> {
  const locking = await system.db.pool.connect();
  await locking.query('BEGIN');
  await locking.query('LOCK TABLE runs IN ACCESS EXCLUSIVE MODE');
  return async () => {
    await locking.query('COMMIT');
    locking.release();
  };
}

/** Takes every connection that Postgres gives, as soon as it gives one. */
async function exhaustedConnections(): Promise<() => Promise<void>> {
  const { connectionString } = system.db.pool.options;
  const taken: pg.Client[] = [];
  const takeAll = async (): Promise<void> => {
    for (;;) {
      const client = new pg.Client({ connectionString });
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch (error) {
        expect((error as pg.DatabaseError).code).toBe('53300');
        return;
      }
      taken.push(client);
    }
  };
  await takeAll();
  const cut = await taken[0]!.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND application_name = 'ace'`,
  );
  expect(cut.rowCount).toBeGreaterThan(0);
  await takeAll();
  return async () => void (await Promise.all(taken.map((client) => client.end())));
}
