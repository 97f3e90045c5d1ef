import { firstDifference, readRun, type RunDigest } from '@ace/buffer';
import { iterationWorkflowId, phasesOf } from '@ace/config';
import { FaultPoint } from '@ace/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ace } from './ace.ts';
import { eventually } from './eventually.ts';
import { reset, type ResetPoint, resetPoints } from './reset.ts';
import { startSystem, type System } from './system.ts';

const tiny = {
  ...{ seed: 19, iterations: 3, pipelineDepth: 2, groups: 2, groupSize: 2 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};
/** Long enough for one reset after the other, each in an iteration of its own. */
const configs = {
  tiny,
  synchronous: { ...tiny, iterations: 6, pipelineDepth: 1 },
  overlapping: { ...tiny, iterations: 7 },
};
type Config = keyof typeof configs;

let system: System;
beforeAll(async () => void (system = await startSystem()), 120_000);
afterAll(() => system?.end(), 60_000);

/** A run at the moment at which somebody presses Reset. */
interface Scene {
  iteration: number;
  /** Lets it go on. */
  release: () => Promise<void>;
}

const moments = {
  'in act': (run: string) => held(run, FaultPoint.StatesSampled),
  'while executing': executing,
  'in learn': (run: string) => held(run, FaultPoint.CheckpointNotPublished),
};
const victims = {
  'the run': (run: string) => run,
  'its iteration': iterationWorkflowId,
};
type Moment = keyof typeof moments;
type Victim = keyof typeof victims;

const cases = (Object.keys(moments) as Moment[]).flatMap((moment) =>
  (Object.keys(victims) as Victim[]).map((victim) => [victim, moment] as const),
);

// One run is reset again and again, each time when the moment has come; what is lost or double after any of the
// resets shows in its digest at the end.
describe.each(['synchronous', 'overlapping'] as const)(
  'a run at its first workflow task, %s',
  (which) => {
    const run = `reset-${which}`;

    it.each(cases)(
      'is reset: %s, %s',
      async (victim, moment) => {
        await begun(run, which);
        await resetIn(run, victim, moment, (points) => points[0]!);
      },
      150_000,
    );

    it('ends with the digest of an undisturbed run', () => expectEqual(run, which), 90_000);
  },
);

describe('a run at another workflow task', () => {
  const run = 'reset-elsewhere';

  it.each(Object.keys(victims) as Victim[])(
    'is reset: %s, to the last one before now',
    async (victim) => {
      await begun(run, 'tiny');
      await resetIn(run, victim, 'while executing', (points) => points.at(-1)!);
    },
    90_000,
  );

  it('ends with the digest of an undisturbed run', () => expectEqual(run, 'tiny'), 90_000);
});

it('a run that was terminated, at its last task: it waits for nothing, `ace errors` says so, and what it says helps', async () => {
  const run = 'reset-after-termination';
  const { client, home } = system;
  await begun(run, 'tiny');
  await executing(run);
  await client.workflow.getHandle(run).terminate('a test');
  const isClosed = async () => (await openBelow(run)) === 0;
  await eventually('everything below it is closed', isClosed);
  expect(await reset(client, (await resetPoints(client, run)).at(-1)!)).not.toBeNull();
  const stalled = async () =>
    (JSON.parse(await ace(home, 'errors', run, '--json')) as Stalled).stalled;
  await eventually('it is told', async () => (await stalled()).length > 0);
  expect((await stalled())[0]).toMatchObject({ workflow: run });
  expect(await reset(client, (await resetPoints(client, run))[0]!)).not.toBeNull();
  await expectEqual(run, 'tiny');
}, 90_000);

interface Stalled {
  stalled: object[];
}

async function openBelow(run: string): Promise<number> {
  const query = `WorkflowId STARTS_WITH '${run}' AND ExecutionStatus = 'Running'`;
  return (await system.client.workflow.count(query)).count;
}

describe('when it is finished, reset to any workflow task at all', () => {
  const run = 'undisturbed-tiny';

  it.each([
    ['an iteration', iterationWorkflowId(run, 2)],
    ['a run', run],
  ])(
    '%s ends once more and changes no row',
    async (_, id) => {
      await undisturbed('tiny');
      const before = await rowsOf(run);
      const points = await resetPoints(system.client, id);
      expect(points.length).toBeGreaterThan(5);
      let resets = 0;
      for (const point of points) {
        if ((await reset(system.client, point)) === null) continue;
        resets += 1;
        const handle = system.client.workflow.getHandle(id);
        const isOver = async () => (await handle.describe()).status.name === 'COMPLETED';
        await eventually(`${id}, reset to event ${String(point.eventId)}, ends`, isOver, 20);
      }
      expect(resets).toBeGreaterThan(points.length / 2);
      expect(await rowsOf(run)).toEqual(before);
      await expectEqual(run, 'tiny');
    },
    120_000,
  );
});

const digests = new Map<Config, RunDigest>();

/** Of a run that nobody disturbs; it is made when it is asked for first. */
async function undisturbed(which: Config): Promise<RunDigest> {
  const run = `undisturbed-${which}`;
  const known = digests.get(which);
  if (known) return known;
  await system.train(run, configs[which]);
  await system.ended(run);
  const digest = await system.digest(run);
  digests.set(which, digest);
  await system.forgetArtifacts();
  return digest;
}

async function begun(run: string, which: Config): Promise<void> {
  await undisturbed(which);
  if ((await readRun(system.db, run)) === null) await system.train(run, configs[which]);
}

async function resetIn(
  run: string,
  victim: Victim,
  moment: Moment,
  pick: (points: ResetPoint[]) => ResetPoint,
): Promise<void> {
  const { client } = system;
  const { iteration, release } = await moments[moment](run);
  const id = victims[victim](run, iteration);
  const before = await cursor(run);
  const newest = await reset(client, pick(await resetPoints(client, id)));
  await release();
  if (newest === null) throw new Error(`Temporal refused to reset ${id}`);
  await eventually(`${run} goes on`, async () => (await cursor(run)) > before);
  const { status } = await client.workflow.getHandle(id, newest).describe();
  expect(['RUNNING', 'COMPLETED']).toContain(status.name);
}

async function expectEqual(run: string, which: Config): Promise<void> {
  await eventually(
    `${run} ends`,
    async () => (await readRun(system.db, run))?.status === 'finished',
  );
  await system.ended(run);
  expect(firstDifference(await undisturbed(which), await system.digest(run))).toBeNull();
}

const cursor = async (run: string): Promise<number> => (await readRun(system.db, run))?.cursor ?? 0;

/**
 * The worker stands between two lines of the phase that may write, whose iteration goes on. It may also have been
 * an iteration before, done anew after a reset: then it is let go.
 */
async function held(run: string, point: FaultPoint): Promise<Scene> {
  const release = (): Promise<void> => system.faults.disarm();
  for (;;) {
    await system.faults.arm(point, 1, 'hold');
    await eventually(`${run} reaches "${point}"`, () => system.faults.wasHit());
    const record = await readRun(system.db, run);
    const iteration = record && phasesOf(record.config)[record.cursor]?.index;
    if (!iteration) throw new Error(`${run} is over`);
    if (await isOpen(iterationWorkflowId(run, iteration))) return { iteration, release };
    await release();
  }
}

const isOpen = (workflowId: string): Promise<boolean> =>
  system.client.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );

/** A group of the iteration is graded while a program of another one runs: one child is finished, one runs. */
async function executing(run: string): Promise<Scene> {
  let iteration: number | undefined;
  await eventually(`${run}: one group is graded while another executes`, async () => {
    const { rows } = await system.db.pool.query<{ iteration: number }>(halfDone, [run]);
    iteration = rows[0]?.iteration;
    return iteration !== undefined;
  });
  return { iteration: iteration!, release: () => Promise.resolve() };
}

const halfDone = `
  WITH of_groups AS (
    SELECT completions.iteration, completions.slot, bool_and(grades.run IS NOT NULL) AS graded,
      bool_or(executions.run IS NOT NULL) AS executing
    FROM completions
    LEFT JOIN grades USING (run, track, iteration, slot, sample)
    LEFT JOIN executions ON (executions.run, executions.track, executions.iteration,
      executions.slot, executions.sample) = (completions.run, completions.track,
      completions.iteration, completions.slot, completions.sample) AND ended_at IS NULL
    WHERE completions.run = $1 GROUP BY completions.iteration, completions.slot)
  SELECT iteration FROM of_groups GROUP BY iteration HAVING bool_or(graded) AND bool_or(executing)`;

const tables = ['completions', 'requests', 'executions', 'grades', 'rewards', 'versions', 'epochs'];

/** How many rows of each kind a run has, those included that no digest holds. */
async function rowsOf(run: string): Promise<Record<string, number>> {
  const count = async (table: string): Promise<[string, number]> => {
    const { rowCount } = await system.db.pool.query(`SELECT FROM ${table} WHERE run = $1`, [run]);
    return [table, rowCount ?? 0];
  };
  return Object.fromEntries(await Promise.all(tables.map(count)));
}
