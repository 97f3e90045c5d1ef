import {
  claimExecution,
  closeDatabase,
  type Database,
  endExecution,
  openExecutions,
  openScratch,
  publishVersion,
} from '@ace/buffer';
import { openArtifacts } from '@ace/buffer/artifacts';
import { createTestDatabase, storedAttempts, type TestDatabase } from '@ace/buffer/testing';
import { solutionPython } from '@ace/competitions/testing';
import { type AttemptAddress, attemptName, scratchRunName } from '@ace/config';
import { connectEngine, type PolicyEngine } from '@ace/policy';
import { pipelineGrammar } from '@ace/policy/grammar';
import { type BubblewrapSandbox, createBubblewrapSandbox, type SandboxName } from '@ace/sandbox';
import { MockActivityEnvironment } from '@temporalio/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityDeps } from './deps.ts';
import { HeldExecutions } from './held-executions.ts';
import { sweepActivities, sweepPlanActivities } from './sweep.ts';
import { onlyDeps } from './testing/deps.ts';
import { type EngineProcess, startEngineProcess } from './testing/engine-process.ts';
import { openTestNamespace, type TestNamespace } from './testing/temporal.ts';
import type { Removed } from './types.ts';

const host = 'north';
const limits = {
  ...{ cpuSeconds: 20, wallSeconds: 60, memoryBytes: 256 << 20, processes: 16 },
  ...{ diskBytes: 16 << 20, outputBytes: 1 << 20 },
};
const sleeping = (seconds: number): string => `import time\ntime.sleep(${seconds})\nprint('woke')`;

let namespace: TestNamespace;
let scratch: string;
let sandbox: BubblewrapSandbox;
beforeAll(async () => {
  namespace = await openTestNamespace(`activities-sweep-${process.pid}`);
  scratch = mkdtempSync(join(tmpdir(), 'ace-sweep-'));
  mkdirSync(join(scratch, 'public'));
  sandbox = createBubblewrapSandbox({ root: join(scratch, 'root'), python: solutionPython() });
}, 60_000);
afterAll(async () => {
  await sandbox?.sweep(() => Promise.resolve(false));
  await sandbox?.endPreloaded();
  await namespace?.close();
  if (scratch) rmSync(scratch, { recursive: true, force: true });
}, 60_000);

let test: TestDatabase;
/** Of what is verified. */
let again: Database;
let attempts: AttemptAddress[];
beforeEach(async () => {
  test = await createTestDatabase();
  again = await openScratch(test.url);
  attempts = await storedAttempts(test.db, 'run');
});
afterEach(async () => {
  await sandbox.sweep(() => Promise.resolve(false));
  await closeDatabase(again);
  await test.drop();
}, 60_000);

/** A run is open while its workflow is; nobody works on it here. */
async function openWorkflow(run: string): Promise<() => Promise<void>> {
  const options = { workflowId: run, taskQueue: 'nobody', args: [] };
  const handle = await namespace.client.workflow.start('trainingRun', options);
  return async () => void (await handle.terminate('a test'));
}

const nameOf = (attempt: AttemptAddress, execution = 1): SandboxName => ({
  ...{ run: attempt.run, attempt: attemptName(attempt), execution },
});

/** Claims the attempt's next execution and starts its sandbox, as `execute` does. */
async function begin(
  attempt: AttemptAddress,
  seconds = 30,
  db: Database = test.db,
): Promise<SandboxName> {
  const { execution } = await claimExecution(db, attempt, host);
  const name = nameOf(attempt, execution);
  await sandbox.start(name, {
    ...{ code: sleeping(seconds), publicData: join(scratch, 'public'), limits },
  });
  return name;
}

const depsWith = (over: Partial<ActivityDeps> = {}): ActivityDeps =>
  onlyDeps({ db: test.db, scratch: again, sandbox, host, temporal: namespace.client, ...over });

type Piece = Exclude<keyof ReturnType<typeof sweepActivities>, 'stopSandboxes'>;

const swept = (
  piece: Piece = 'sweepSandboxes',
  deps = depsWith(),
  held = new HeldExecutions(),
): Promise<Removed> =>
  new MockActivityEnvironment().run(() => sweepActivities(deps, held)[piece]());

const nothing: Removed = { kind: 'bubblewrap sandbox', count: 0, names: [] };
const gone = (...names: SandboxName[]): Removed => ({
  ...{ kind: 'bubblewrap sandbox', count: names.length },
  names: names.map(({ run, attempt, execution }) => `${run}/${attempt} execution ${execution}`),
});

describe('a sweep of sandboxes', () => {
  it('leaves what an open execution owns, which goes on to its end', async () => {
    const close = await openWorkflow('run');
    const owned = await begin(attempts[0]!, 2);
    const ended = await begin(attempts[1]!);
    await endExecution(test.db, attempts[1]!, 1, 'host lost', 'a test');
    const unknown = nameOf({ ...attempts[2]!, run: 'no-such-run' });
    await sandbox.start(unknown, {
      ...{ code: sleeping(30), publicData: join(scratch, 'public'), limits },
    });

    const { count, names } = await swept();
    expect([count, names.sort()]).toEqual([2, gone(ended, unknown).names.sort()]);
    expect(await sandbox.find(owned)).toBe('running');
    expect(await sandbox.find(ended)).toBe('absent');
    await sandbox.wait(owned);
    expect(await sandbox.collect(owned)).toMatchObject({ verdict: 'ok' });
    expect(await swept()).toEqual(nothing);
    expect(await sandbox.find(owned)).toBe('finished');
    await close();
  });

  it('takes the sandboxes of a terminated run, which does them again under the next number', async () => {
    const terminate = await openWorkflow('run');
    const left = await begin(attempts[0]!);
    expect(await swept()).toEqual(nothing);
    await terminate();
    expect(await swept()).toEqual(gone(left));
    expect(await openExecutions(test.db)).toEqual([]);
    expect(await swept()).toEqual(nothing);
    expect(await claimExecution(test.db, attempts[0]!, host)).toMatchObject({ execution: 2 });
  });

  it('leaves what is executed to verify an iteration, until its group is gone', async () => {
    const run = scratchRunName('run', 1, 'id');
    const [attempt] = await storedAttempts(again, run);
    const close = await openWorkflow(`${run}/iteration/1/group/0`);
    const verifying = await begin(attempt!, 30, again);
    expect(await swept()).toEqual(nothing);
    await close();
    expect(await swept()).toEqual(gone(verifying));
    expect(await openExecutions(again)).toEqual([]);
  });

  it('leaves a sandbox to whoever waits for it here, and to a group that was started alone', async () => {
    const held = new HeldExecutions();
    const waitedFor = await begin(attempts[0]!);
    await held.during(waitedFor, async () =>
      expect(await swept('sweepSandboxes', depsWith(), held)).toEqual(nothing),
    );
    const close = await openWorkflow('run/iteration/1/group/0');
    expect(await swept('sweepSandboxes', depsWith(), held)).toEqual(nothing);
    await close();
    expect(await swept('sweepSandboxes', depsWith(), held)).toEqual(gone(waitedFor));
  });

  it('leaves the executions of other hosts to them', async () => {
    await claimExecution(test.db, attempts[0]!, 'south');
    await swept();
    expect(await openExecutions(test.db)).toMatchObject([{ host: 'south' }]);
  });

  it('spares what is claimed before, and created while it looks', async () => {
    const close = await openWorkflow('run');
    const [first, second, third] = attempts as [AttemptAddress, AttemptAddress, AttemptAddress];
    await claimExecution(test.db, first, host);
    expect(await swept()).toEqual(nothing);
    const created = await begin(first);
    // Claimed and created between the listing and the question who owns what was listed.
    const late: Promise<SandboxName>[] = [];
    const sweepingSlowly: ActivityDeps['sandbox'] = Object.create(sandbox, {
      sweep: {
        value: (isOwned: (name: SandboxName) => Promise<boolean>) =>
          sandbox.sweep(async (name) => {
            if (late.length === 0) late.push(begin(second));
            await late[0];
            return isOwned(name);
          }),
      },
    }) as ActivityDeps['sandbox'];
    expect(await swept('sweepSandboxes', depsWith({ sandbox: sweepingSlowly }))).toEqual(nothing);
    // Created while one sweep follows another.
    const starting = begin(third);
    let started = false;
    void starting.finally(() => (started = true));
    while (!started) expect(await swept()).toEqual(nothing);
    for (const name of [created, await late[0]!, await starting]) {
      expect(await sandbox.find(name)).toBe('running');
    }
    await close();
  });

  it('that died in the middle is done again', async () => {
    const names = [await begin(attempts[0]!), await begin(attempts[1]!)];
    for (const attempt of attempts.slice(0, 2)) {
      await endExecution(test.db, attempt, 1, 'host lost', 'a test');
    }
    const program = fileURLToPath(new URL('testing/sweep-and-die.ts', import.meta.url));
    const args = [program, test.url, join(scratch, 'root'), solutionPython()];
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const [first, second] = await Promise.all(names.map((name) => sandbox.find(name)));
    expect([['finished', 'lost'].includes(first!), second]).toEqual([true, 'running']);
    expect(await swept()).toEqual(gone(...names));
    expect(await swept()).toEqual(nothing);
  });
});

describe('a sweep of checkpoints', () => {
  let engine: EngineProcess;
  let policy: PolicyEngine;
  beforeAll(async () => {
    engine = await startEngineProcess();
    const { baseModel } = pipelineGrammar;
    policy = connectEngine({ kind: 'embedded', url: engine.url, baseModel });
  }, 60_000);
  afterAll(async () => {
    await policy?.close();
    await engine?.remove();
  });

  const names = (): string[] =>
    readdirSync(join(engine.dataFolder, 'names'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it('takes those that no version names, once they are older than any step', async () => {
    await test.db.pool.query('UPDATE runs SET cursor = 0, epoch = 1');
    const model = await policy.createModel({ seed: 1, sessionTag: 'test' });
    const [statePath, samplerPath] = [
      await model.saveState('v0'),
      await model.saveForSampler('v0'),
    ];
    const phase = { kind: 'initialise', index: 0 } as const;
    const publication = { version: 0, epoch: 1, sha256: null, statePath, samplerPath, steps: [] };
    await publishVersion(test.db, 'run', phase, publication);
    const dead = await model.saveState('v1-epoch1');
    const young = await model.saveState('v1-epoch2');
    await model.unload();
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    for (const file of names().filter((path) => !young.endsWith(path.split('/').at(-1)!))) {
      utimesSync(file, twoDaysAgo, twoDaysAgo);
    }

    const elsewhere = depsWith({ ownEngine: null });
    expect(await swept('sweepCheckpoints', elsewhere)).toMatchObject({ count: 0 });
    const own = depsWith({ ownEngine: policy });
    expect(await swept('sweepCheckpoints', own)).toEqual({
      ...{ kind: 'unpublished checkpoint', count: 1, names: [] },
    });
    expect(await swept('sweepCheckpoints', own)).toMatchObject({ count: 0 });
    expect(await policy.checkpointHash(statePath)).toMatch(/^[0-9a-f]{64}$/);
    expect(await policy.checkpointHash(samplerPath)).toMatch(/^[0-9a-f]{64}$/);
    expect(await policy.checkpointHash(young)).toMatch(/^[0-9a-f]{64}$/);
    await expect(policy.checkpointHash(dead)).rejects.toThrow();
  });
});

it('a sweep of artifacts takes what writers left more than a day ago, by name', async () => {
  const artifacts = openArtifacts(join(scratch, 'artifacts'));
  const name = await artifacts.put('whole');
  const left = `${name}.0b2ba2b8-3f04-4b0b-8a3c-4a3a0d9c7a11`;
  const path = join(artifacts.pathOf(name), '..', left);
  writeFileSync(path, 'who');
  const deps = depsWith({ artifacts });
  expect(await swept('sweepArtifacts', deps)).toMatchObject({ count: 0 });
  const dayAndMore = new Date(Date.now() - 90_000_000);
  utimesSync(path, dayAndMore, dayAndMore);
  expect(await swept('sweepArtifacts', deps)).toEqual({
    ...{ kind: 'half-written artifact', count: 1, names: [left] },
  });
});

it('the hosts to sweep are this one, and those of the record', async () => {
  await claimExecution(test.db, attempts[0]!, 'south');
  await claimExecution(test.db, attempts[1]!, host);
  expect(await sweepPlanActivities(depsWith()).hostsToSweep()).toEqual({ hosts: [host, 'south'] });
});
