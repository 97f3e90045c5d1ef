import { claimExecution } from '@ace/buffer';
import { type ArtifactStore, openArtifacts } from '@ace/buffer/artifacts';
import { createTestDatabase, storedAttempts, type TestDatabase } from '@ace/buffer/testing';
import type { PreparedCompetition } from '@ace/competitions';
import { solutionPython } from '@ace/competitions/testing';
import { type AttemptAddress, attemptName } from '@ace/config';
import { type BubblewrapSandbox, createBubblewrapSandbox, type SandboxName } from '@ace/sandbox';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { executeActivities } from './execute.ts';
import { HeldExecutions } from './held-executions.ts';
import { sweepActivities } from './sweep.ts';
import { onlyDeps } from './testing/deps.ts';

const host = 'north';
const limits = {
  ...{ cpuSeconds: 20, wallSeconds: 60, memoryBytes: 256 << 20, processes: 16 },
  ...{ diskBytes: 16 << 20, outputBytes: 1 << 20 },
};

let scratch: string;
let sandbox: BubblewrapSandbox;
let artifacts: ArtifactStore;
let test: TestDatabase;
let attempts: AttemptAddress[];
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ace-stopped-'));
  mkdirSync(join(scratch, 'public'));
  sandbox = createBubblewrapSandbox({ root: join(scratch, 'root'), python: solutionPython() });
  artifacts = openArtifacts(join(scratch, 'artifacts'));
});
afterAll(async () => {
  await sandbox?.endPreloaded();
  if (scratch) rmSync(scratch, { recursive: true, force: true });
}, 60_000);
beforeEach(async () => {
  test = await createTestDatabase();
  attempts = await storedAttempts(test.db, 'run');
  const sleeping = await artifacts.put(`import time\ntime.sleep(30)`);
  await test.db.pool.query('UPDATE completions SET code_sha = $1', [sleeping]);
});
afterEach(async () => {
  await sandbox.sweep(() => Promise.resolve(false));
  await test.drop();
}, 60_000);

function deps() {
  const ames = { config: { limits }, publicFolder: join(scratch, 'public') } as PreparedCompetition;
  const competitions = new Map([['ames', ames]]);
  return onlyDeps({ db: test.db, sandbox, artifacts, host, competitions });
}

const nameOf = (attempt: AttemptAddress): SandboxName => ({
  ...{ run: attempt.run, attempt: attemptName(attempt), execution: 1 },
});

/** `execute`, once its sandbox runs. */
async function executing(attempt: AttemptAddress) {
  const env = new MockActivityEnvironment();
  const activities = executeActivities(deps(), new HeldExecutions());
  const ended = env.run(() => activities.execute({ attempt })).catch((error: unknown) => error);
  while ((await sandbox.find(nameOf(attempt))) !== 'running') await pause(20);
  return { env, ended };
}

const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

async function rowsOf(attempt: AttemptAddress) {
  const { rows } = await test.db.pool.query<{ outcome: string | null; why: string | null }>(
    `SELECT outcome, why FROM executions WHERE sample = $1 ORDER BY execution`,
    [attempt.sample],
  );
  return rows;
}

const stopped = (why: string) => ({ outcome: 'stopped', why });

describe('an execution under way', () => {
  it('whose cancellation is requested ends, in the record and on its host', async () => {
    const [attempt] = attempts as [AttemptAddress];
    const { env, ended } = await executing(attempt);
    env.cancel();
    expect(await ended).toMatchObject({ name: 'CancelledFailure' });
    expect(await sandbox.find(nameOf(attempt))).toBe('absent');
    expect(await rowsOf(attempt)).toEqual([stopped('its cancellation was requested')]);
    expect(await claimExecution(test.db, attempt, host)).toMatchObject({ execution: 2 });
  });

  it('whose worker shuts down, or whose workflow is gone, goes on', async () => {
    const [attempt] = attempts as [AttemptAddress];
    for (const why of [{ workerShutdown: true }, { notFound: true }, { timedOut: true }]) {
      const { env, ended } = await executing(attempt);
      env.cancel('CANCELLED', new ActivityCancellationDetails(why));
      await ended;
      expect(await sandbox.find(nameOf(attempt))).toBe('running');
      expect(await rowsOf(attempt)).toEqual([{ outcome: null, why: null }]);
    }
  });
});

describe('executions that a stopped run left', () => {
  it('are ended in the record, then on their host; others stay', async () => {
    const [left, other] = attempts as [AttemptAddress, AttemptAddress];
    for (const attempt of [left, other]) {
      const { env, ended } = await executing(attempt);
      env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
      await ended;
    }
    const update = `UPDATE executions SET ended_at = clock_timestamp(), outcome = 'stopped'
      WHERE sample = $1`;
    await test.db.pool.query(update, [left.sample]);
    const activities = sweepActivities(deps(), new HeldExecutions());
    const inActivity = (run: string) =>
      new MockActivityEnvironment().run(() => activities.stopSandboxes({ run }));
    expect(await inActivity('another')).toMatchObject({ count: 0 });
    expect(await inActivity('run')).toMatchObject({
      ...{ count: 1, names: [`run/${attemptName(left)} execution 1`] },
    });
    expect(await sandbox.find(nameOf(left))).toBe('absent');
    expect(await sandbox.find(nameOf(other))).toBe('running');
    expect(await inActivity('run')).toMatchObject({ count: 0 });
  });
});
