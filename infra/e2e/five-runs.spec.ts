import { firstDifference, openExecutions, readRun, type RunDigest } from '@ace/buffer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setEnvironment } from './environment.ts';
import { eventually } from './eventually.ts';
import { supervisorsOf } from './supervisors.ts';
import { startSystem, type System } from './system.ts';

const tiny = {
  ...{ seed: 31, iterations: 2, groups: 2, groupSize: 2 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: ['smoker-survival'] },
  evaluation: { samplesPerCompetition: 1, everyIterations: 0 },
};
const configs = { one: tiny, other: { ...tiny, seed: 32, pipelineDepth: 2 } };
type Config = keyof typeof configs;

/** At once, on one worker, one engine and two slots. */
const five = {
  ...{ 'five-first': 'one', 'five-second': 'other', 'five-third': 'one' },
  ...{ 'five-killed': 'one', 'five-cancelled': 'other' },
} as const satisfies Record<string, Config>;
type Run = keyof typeof five;
const left: readonly Run[] = ['five-first', 'five-second', 'five-third'];

let system: System;
let restore: () => void;
const alone = new Map<Config, RunDigest>();
beforeAll(async () => {
  restore = setEnvironment({ ACE_SANDBOX: 'bubblewrap' });
  system = await startSystem();
  for (const name of Object.keys(configs) as Config[]) {
    await system.train(`alone-${name}`, configs[name]);
    await system.ended(`alone-${name}`);
    alone.set(name, await system.digest(`alone-${name}`));
  }
  await system.forgetArtifacts();
}, 120_000);
afterAll(async () => {
  restore();
  await system?.end();
}, 60_000);

async function expectEqual(run: Run): Promise<void> {
  await system.ended(run);
  expect(firstDifference(alone.get(five[run])!, await system.digest(run))).toBeNull();
}

const statusOf = async (run: Run): Promise<string> =>
  (await system.client.workflow.getHandle(run).describe()).status.name;

describe('five runs at once', () => {
  it('of which one is killed and one cancelled: the others are as if each were alone', async () => {
    await Promise.all(
      Object.entries(five).map(([run, config]) => system.train(run, configs[config])),
    );
    await killSandboxOf('five-killed');
    await system.client.workflow.getHandle('five-killed').terminate('a test');
    await underWay('five-cancelled');
    await system.client.workflow.getHandle('five-cancelled').cancel();

    for (const run of left) await expectEqual(run);
    expect(await statusOf('five-killed')).toBe('TERMINATED');
    expect(await statusOf('five-cancelled')).toBe('CANCELLED');
    for (const run of left) {
      expect(await readRun(system.db, run)).toMatchObject({ status: 'finished', failure: null });
    }
  }, 120_000);

  it('of which these two go on later, and end like the others', async () => {
    const stopped = ['five-killed', 'five-cancelled'] as const;
    for (const run of stopped) await system.train(run, configs[five[run]]);
    for (const run of stopped) await expectEqual(run);
  }, 60_000);
});

const underWay = (run: Run): Promise<void> =>
  eventually(`${run} executes`, async () =>
    (await openExecutions(system.db)).some(({ attempt }) => attempt.run === run),
  );

/** Its program goes with it, and nobody has the result. */
async function killSandboxOf(run: Run): Promise<void> {
  await eventually(`a sandbox of ${run} is killed`, async () => {
    const pids = await supervisorsOf(system.home, run);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids.length > 0;
  });
}
