import { firstDifference, readRun, type RunDigest } from '@ace/buffer';
import { type FaultPoint } from '@ace/faults';
import { createBubblewrapSandbox, type SandboxName } from '@ace/sandbox';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const small = {
  seed: 7,
  iterations: 2,
  groups: 2,
  groupSize: 4,
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: ['smoker-survival'] },
  evaluation: { samplesPerCompetition: 1, everyIterations: 0 },
};
const configs = { small, deep: { ...small, iterations: 3, pipelineDepth: 2 } };
type Config = keyof typeof configs;

let system: System;
const undisturbed = new Map<Config, RunDigest>();

beforeAll(async () => {
  system = await startSystem();
  for (const name of Object.keys(configs) as Config[]) {
    await system.train(`undisturbed-${name}`, configs[name]);
    await system.ended(`undisturbed-${name}`);
    undisturbed.set(name, await system.digest(`undisturbed-${name}`));
  }
}, 240_000);

afterEach(() => system.tidy(), 60_000);
afterAll(() => system.end(), 60_000);

async function expectEqual(run: string, which: Config): Promise<void> {
  await system.ended(run);
  const digest = await system.digest(run);
  const expected = undisturbed.get(which);
  if (!expected) throw new Error('there is no undisturbed run to compare with');
  expect(firstDifference(expected, digest)).toBeNull();
  expect(digest.total).toBe(expected.total);
}

/** Lets the worker die at its n-th arrival at a fault point of a new run, and waits until it did. */
async function dieAt(point: FaultPoint, arrival: number, run: string, which: Config) {
  await system.faults.arm(point, arrival);
  await system.train(run, configs[which]);
  await eventually(`the worker reaches "${point}"`, () => system.faults.wasHit());
  await system.died('worker');
}

interface Execution extends SandboxName {
  ended: boolean;
}

/** All executions of a run's training attempts so far. */
async function executionsOf(run: string): Promise<Execution[]> {
  const query = `SELECT iteration, slot, sample, execution, ended_at IS NOT NULL AS ended
    FROM executions WHERE run = $1 AND track = 'train' ORDER BY iteration, slot, sample, execution`;
  const { rows } = await system.db.pool.query<
    Record<'iteration' | 'slot' | 'sample' | 'execution', number> & { ended: boolean }
  >(query, [run]);
  return rows.map(({ iteration, slot, sample, execution, ended }) => {
    return { run, attempt: `train.${iteration}.${slot}.${sample}`, execution, ended };
  });
}

const running = async (run: string): Promise<Execution[]> =>
  (await executionsOf(run)).filter(({ ended }) => !ended);

const attemptUnderWay = (run: string): Promise<void> =>
  eventually(`an attempt of ${run} is under way`, async () => (await running(run)).length > 0);

// At depth 1 a run dies at every line that there is in fault-points.spec.ts.
describe('a run whose worker is killed', () => {
  it('at depth 2, checkpoint written, not published: ends as if nothing had happened', async () => {
    const run = 'killed-deep';
    await dieAt('checkpoint written, not published', 3, run, 'deep');
    await system.revive();
    await expectEqual(run, 'deep');
  }, 120_000);

  it('with two sandboxes running: they end without it, and it takes their results', async () => {
    const run = 'killed-with-sandboxes';
    const root = join(system.home.root, 'sandboxes');
    const sandbox = createBubblewrapSandbox({ root, python: system.python });
    const standings = async () =>
      Promise.all((await running(run)).map((name) => sandbox.find(name)));
    const twoRun = async () => String(await standings()) === 'running,running';

    await system.train(run, small);
    await system.killWhen('two sandboxes run', 'worker', twoRun);
    const left = await running(run);
    expect(left).toHaveLength(2);
    await Promise.all(left.map((name) => sandbox.wait(name)));
    expect(await standings()).toEqual(['finished', 'finished']);

    await system.revive();
    await expectEqual(run, 'small');
    expect(new Set((await executionsOf(run)).map(({ execution }) => execution))).toEqual(
      new Set([1]),
    );
  }, 120_000);
});

describe('a run whose server is killed', () => {
  it.each(['temporal', 'postgres', 'engine'] as const)(
    '%s: ends as if nothing had happened',
    async (server) => {
      const run = `killed-${server}`;
      await system.train(run, small);
      await attemptUnderWay(run);
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
    await attemptUnderWay(run);
    await system.client.workflow.getHandle(run).terminate('a test');
    await system.train(run, small);
    await expectEqual(run, 'small');
  }, 120_000);

  it('is refused under its id with another config, naming the field', async () => {
    await system.train('undisturbed-small', { ...small, groupSize: 5 });
    await expect(system.ended('undisturbed-small')).rejects.toMatchObject({
      cause: {
        cause: { type: 'ConfigMismatch', message: expect.stringContaining('groupSize') as string },
      },
    });
  });
});

describe('a run with a bad input', () => {
  it.each([
    ['an unknown key', { grups: 4 }, 'grups'],
    ['a wrong type', { groups: 'four' }, 'groups'],
    ['an impossible size', { iterations: 3, minGroups: 3, groups: 2 }, 'minGroups'],
    [
      'a competition that is not there',
      { competitions: { train: ['chess'], heldOut: [] } },
      'competitions.train.0',
    ],
  ])('%s is refused by the name of the field, and nothing is started', async (what, bad, field) => {
    const run = `refused-${what.replaceAll(' ', '-')}`;
    await system.train(run, { ...small, ...bad });
    await expect(system.ended(run)).rejects.toMatchObject({
      cause: {
        cause: { type: 'InvalidInput', message: expect.stringContaining(field) as string },
      },
    });
    expect(await readRun(system.db, run)).toBeNull();
  });

  it.each<[string, string, unknown[], string]>([
    ['a name that cannot be one', 'refused/iteration/1', [{}], 'workflow id: expected the name'],
    ['no object', 'refused-word', ['quickstart'], 'did you mean {"recipe": "quickstart"}?'],
    ['two arguments', 'refused-two', ['quickstart', 3], 'got 2 arguments'],
  ])('%s is refused, as the UI or the CLI of Temporal may send it', async (_, id, args, words) => {
    const options = { workflowId: id, taskQueue: 'ace', args };
    await system.client.workflow.start('trainingRun', options);
    await expect(system.ended(id)).rejects.toMatchObject({
      cause: {
        cause: { type: 'InvalidInput', message: expect.stringContaining(words) as string },
      },
    });
    expect(await readRun(system.db, id)).toBeNull();
  });
});
