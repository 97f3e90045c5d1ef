import { firstDifference, readRun, type RunDigest } from '@ace/buffer';
import { groupWorkflowId, iterationWorkflowId, phasesOf, Track } from '@ace/config';
import { FaultPoint } from '@ace/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ace } from './ace.ts';
import { eventually } from './eventually.ts';
import { reset, type ResetPoint, resetPoints } from './reset.ts';
import { startSystem, type System } from './system.ts';

const small = {
  // Three groups on a worker with two slots: the first is graded while the last one executes.
  ...{ seed: 19, groups: 3, groupSize: 2 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};
/** Long enough for one reset after the other; a run of several executions, and a long one. */
const configs = {
  synchronous: { ...small, iterations: 4, iterationsPerSegment: 3, pipelineDepth: 1 },
  overlapping: { ...small, iterations: 10, pipelineDepth: 2 },
};
type Config = keyof typeof configs;

let system: System;
beforeAll(async () => void (system = await startSystem()), 120_000);
afterAll(() => system?.end(), 60_000);

/** A run at the moment at which somebody presses Reset. */
interface Scene {
  iteration: number;
  /** Of a group that is under way, where that is known. */
  slot?: number;
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
  'its iteration': (run: string, { iteration }: Scene) => iterationWorkflowId(run, iteration),
  'a group of it': (run: string, { iteration, slot }: Scene) =>
    groupWorkflowId({ run, track: Track.Train, iteration, slot: slot! }),
};
const tasks = {
  first: (points: ResetPoint[]) => points,
  last: (points: ResetPoint[]) => points.toReversed(),
};
type Case = [keyof typeof victims, keyof typeof moments, keyof typeof tasks];

const atFirst: Case[] = (['the run', 'its iteration'] as const).flatMap((victim) =>
  (['in act', 'while executing', 'in learn'] as const).map((moment): Case => [
    victim,
    moment,
    'first',
  ]),
);
const elsewhere: Case[] = [
  ['the run', 'while executing', 'last'],
  ['its iteration', 'in learn', 'last'],
  ['a group of it', 'while executing', 'first'],
];

// One run is reset again and again, each time when the moment has come, so that it is done before the run is; what
// is lost or double after any of the resets shows in its digest at the end.
describe.each<[Config, Case[]]>([
  ['synchronous', atFirst],
  ['overlapping', [...atFirst, ...elsewhere]],
])('a run, %s', (which, cases) => {
  const run = `reset-${which}`;
  beforeAll(async () => {
    await undisturbed(which);
    await system.train(run, configs[which]);
  }, 150_000);

  if (which === 'overlapping') {
    // First of all: of a child that was reset Temporal may keep the new execution open when the parent is terminated.
    it('is terminated while it executes, then reset to its last workflow task: it is woken', async () => {
      await executing(run);
      await terminateAndReset(run);
    }, 90_000);
  }

  it.each(cases)(
    'is reset: %s, %s, to its %s workflow task',
    (...one) => resetIn(run, ...one),
    90_000,
  );

  if (which === 'overlapping') {
    it('is terminated after a group was reset, which may live on, then reset: it goes on', async () => {
      await resetIn(run, 'a group of it', 'while executing', 'last');
      await terminate(run, 'trainingIteration');
      await resetTo('last', run);
    }, 90_000);
  }

  it('ends with the digest of an undisturbed run', () => expectEqual(run, which), 90_000);
});

/** It waits for an iteration that is over, `ace errors` says so, and only a worker wakes it. */
async function terminateAndReset(run: string): Promise<void> {
  const { home } = system;
  await system.kill('worker');
  await terminate(run);
  const before = await rowsOf(run);
  await resetTo('last', run);
  const stalled = async () =>
    (JSON.parse(await ace(home, 'errors', run, '--json')) as Stalled).stalled;
  await eventually('it is told', async () => (await stalled()).length > 0);
  expect((await stalled())[0]).toMatchObject({ workflow: run });
  expect(await rowsOf(run)).toEqual(before);
  await system.revive();
}

interface Stalled {
  stalled: object[];
}

/** Temporal closes what is below it a moment later. */
async function terminate(run: string, type?: string): Promise<void> {
  const { workflow } = system.client;
  await workflow.getHandle(run).terminate('a test');
  // Temporal's lists lag behind, and one whose end it still has to tell would be told of it.
  await new Promise((resume) => setTimeout(resume, 500));
  const ofType = type ? ` AND WorkflowType = '${type}'` : '';
  const query = `WorkflowId STARTS_WITH '${run}' AND ExecutionStatus = 'Running'${ofType}`;
  const isClosed = async () => (await workflow.count(query)).count === 0;
  await eventually('what is below it is closed', isClosed);
}

describe('when it is finished', () => {
  const run = 'undisturbed-synchronous';

  it.each([
    ['an iteration', iterationWorkflowId(run, 2)],
    ['a group', groupWorkflowId({ run, track: Track.Train, iteration: 2, slot: 1 })],
    ['a run that continued as new', run],
  ])(
    '%s, reset to any workflow task at all, ends once more and changes no row',
    async (_, id) => {
      await undisturbed('synchronous');
      const before = await rowsOf(run);
      const points = await resetPoints(system.client, id);
      let resets = 0;
      for (const point of points) {
        if ((await reset(system.client, point)) === null) continue;
        resets += 1;
        await endsOnceMore(id, point);
      }
      expect(resets).toBeGreaterThan(points.length / 2);
      expect(await rowsOf(run)).toEqual(before);
      await expectEqual(run, 'synchronous');
    },
    120_000,
  );

  it('a run, reset to before it continued as new, ends once more and changes no row', async () => {
    await undisturbed('synchronous');
    const before = await rowsOf(run);
    const query = `WorkflowId = '${run}' AND ExecutionStatus = 'ContinuedAsNew'`;
    for await (const { runId } of system.client.workflow.list({ query })) {
      const points = await resetPoints(system.client, run, runId);
      const point = points[Math.floor(points.length / 2)]!;
      expect(await reset(system.client, point)).not.toBeNull();
      await endsOnceMore(run, point);
      break;
    }
    expect(await rowsOf(run)).toEqual(before);
    await expectEqual(run, 'synchronous');
  }, 60_000);
});

async function endsOnceMore(id: string, { eventId }: ResetPoint): Promise<void> {
  const handle = system.client.workflow.getHandle(id);
  const isOver = async () => (await handle.describe()).status.name === 'COMPLETED';
  await eventually(`${id}, reset to event ${String(eventId)}, ends`, isOver, 40);
}

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

async function resetIn(run: string, ...[victim, moment, task]: Case): Promise<void> {
  const { client } = system;
  const scene = await moments[moment](run);
  const id = victims[victim](run, scene);
  const before = await progress(run);
  const newest = await resetTo(task, id);
  await scene.release();
  await eventually(`${run} goes on`, async () => (await progress(run)) > before);
  const { status } = await client.workflow.getHandle(id, newest).describe();
  expect(['RUNNING', 'COMPLETED']).toContain(status.name);
}

/** Or to the one next to it that Temporal takes; there may be none before the first task has ended. */
async function resetTo(task: keyof typeof tasks, id: string): Promise<string> {
  let newest: string | null = null;
  await eventually(`Temporal resets ${id}`, async () => {
    for (const point of tasks[task](await resetPoints(system.client, id))) {
      newest = await reset(system.client, point);
      if (newest !== null) return true;
    }
    return false;
  });
  return newest!;
}

async function expectEqual(run: string, which: Config): Promise<void> {
  await eventually(`${run} ends`, () => isFinished(run));
  await system.ended(run);
  expect(firstDifference(await undisturbed(which), await system.digest(run))).toBeNull();
}

async function isFinished(run: string): Promise<boolean> {
  return (await readRun(system.db, run))?.status === 'finished';
}

/** Phases and grades that are done. */
async function progress(run: string): Promise<number> {
  const { cursor } = (await readRun(system.db, run))!;
  return cursor + (await rowsOf(run)).grades!;
}

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
  let found: { iteration: number; slot: number } | undefined;
  await eventually(`${run}: one group is graded while another executes`, async () => {
    const { rows } = await system.db.pool.query<{ iteration: number; slot: number }>(halfDone, [
      run,
    ]);
    found = rows[0];
    if (!found && (await isFinished(run))) throw new Error(`${run} is over`);
    return found !== undefined;
  });
  return { ...found!, release: () => Promise.resolve() };
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
  SELECT iteration, max(slot) FILTER (WHERE executing) AS slot
  FROM of_groups GROUP BY iteration HAVING bool_or(graded) AND bool_or(executing)`;

const tables = ['completions', 'requests', 'executions', 'grades', 'rewards', 'versions', 'epochs'];

/** How many rows of each kind a run has, those included that no digest holds. */
async function rowsOf(run: string): Promise<Record<string, number>> {
  const count = async (table: string): Promise<[string, number]> => {
    const { rowCount } = await system.db.pool.query(`SELECT FROM ${table} WHERE run = $1`, [run]);
    return [table, rowCount ?? 0];
  };
  return Object.fromEntries(await Promise.all(tables.map(count)));
}
