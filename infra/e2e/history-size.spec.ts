import { trainingCounts } from '@ace/buffer';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectFolder } from '../src/home.ts';
import { ace } from './ace.ts';
import { startSystem, type System } from './system.ts';

const base = {
  seed: 11,
  competitions: { train: ['concrete-strength', 'party-identification'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};
/** 16 groups: what an iteration writes, whatever the size of its groups. */
const wide = { ...base, iterations: 1, groups: 16, groupSize: 2 };
/** 8 attempts: what a group writes. */
const large = { ...base, iterations: 1, groups: 1, groupSize: 8 };
/** Four iterations in the pipeline at once: what a run writes, whatever the size of its groups. */
const deep = { ...base, iterations: 8, pipelineDepth: 4, groups: 1, groupSize: 2 };

const configs = { wide, large, deep };

interface Size {
  events: number;
  bytes: number;
  largestPayload: number;
}

let system: System;

beforeAll(async () => {
  system = await startSystem();
  for (const [run, config] of Object.entries(configs)) await system.train(run, config);
  await Promise.all(Object.keys(configs).map((run) => system.ended(run)));
}, 400_000);

afterAll(() => system.end(), 60_000);

async function sizeOf(workflowId: string): Promise<Size> {
  const { events = [] } = await system.client.workflow.getHandle(workflowId).fetchHistory();
  const { workflowExecutionInfo: info } = (
    await system.client.workflow.getHandle(workflowId).describe()
  ).raw;
  return {
    events: events?.length ?? 0,
    bytes: Number(info?.historySizeBytes),
    largestPayload: Math.max(0, ...payloadSizes(events)),
  };
}

/** Bytes of every payload anywhere in a history. */
function payloadSizes(value: unknown): number[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const { data } = value as { data?: unknown };
  const own = data instanceof Uint8Array ? [data.length] : [];
  return [...own, ...Object.values(value).flatMap(payloadSizes)];
}

const ids = async (type: string, run = ''): Promise<string[]> => {
  const found: string[] = [];
  const query = `WorkflowType = '${type}' AND WorkflowId STARTS_WITH '${run}'`;
  for await (const { workflowId } of system.client.workflow.list({ query })) found.push(workflowId);
  return found;
};

describe('histories of 16 groups, of 8 attempts, and of a run at depth 4', () => {
  it.each([
    ['executionGroup', 'large', 150],
    ['trainingIteration', 'wide', 250],
  ])('%s of the run %s stays under %i events', async (type, run, limit) => {
    const found = await ids(type, run);
    expect(found).toHaveLength(1);
    for (const id of found) expect((await sizeOf(id)).events).toBeLessThan(limit);
  });

  it('trainingRun stays under 25 events per iteration', async () => {
    expect((await sizeOf('deep')).events).toBeLessThan(25 * deep.iterations);
  });

  it('every history stays under 1 MB and every payload under 32 KB', async () => {
    const types = ['trainingRun', 'trainingIteration', 'executionGroup'];
    const all = (await Promise.all(types.map((type) => ids(type)))).flat();
    expect(all).toHaveLength(3 + (1 + 1 + 8) + (16 + 1 + 8));
    const sizes = await Promise.all(all.map(sizeOf));
    expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeLessThan(1_000_000);
    expect(Math.max(...sizes.map(({ largestPayload }) => largestPayload))).toBeLessThan(32_000);
    expect(Math.min(...sizes.map(({ largestPayload }) => largestPayload))).toBeGreaterThan(0);
  });
});

describe('what the Temporal UI finds and shows', () => {
  it('a run and its children by list filters', async () => {
    const count = deep.iterations;
    const best = await bestReward('deep');
    await expectFound(
      `AceRun = 'deep' AND AceRecipe = 'quickstart' AND AceStatus = 'finished' AND
       AceIteration = ${count} AND AcePolicyVersion = ${count} AND
       AceBestReward > ${(best - 1e-6).toFixed(7)} AND AceBestReward < ${(best + 1e-6).toFixed(7)}`,
      1,
    );
    await expectFound(`AceRun = 'wide' AND WorkflowType = 'executionGroup'`, wide.groups);
    await expectFound(`AceRun = 'deep' AND AceIteration = ${count} AND AceStatus IS NULL`, 2);
  });

  it('the last five iterations of a run, with what the record says of them', async () => {
    const handle = system.client.workflow.getHandle('deep');
    const query = '__temporal_workflow_metadata';
    const { currentDetails } = await handle.query<{ currentDetails: string }>(query);
    const { iterations } = await trainingCounts(system.db, 'deep');
    const rows = iterations.slice(-5).map(({ iteration, attempts, valid, meanReward }) => {
      const all = Object.values(valid).reduce((sum, kind) => sum + kind.valid, 0);
      return new RegExp(
        `^\\| ${iteration} \\| ${all} of ${attempts}, \\d+ % \\| ${meanReward!.toFixed(3)} \\|`,
        'm',
      );
    });
    for (const row of rows) expect(currentDetails).toMatch(row);
    expect(currentDetails.match(/^\| \d/gm)).toHaveLength(rows.length);
  });

  it('what every activity and every child of a run is for', async () => {
    const children = ['trainingRun', 'trainingIteration', 'executionGroup'];
    for (const id of (await Promise.all(children.map((type) => ids(type, 'deep')))).flat()) {
      const { events } = await system.client.workflow.getHandle(id).fetchHistory();
      const told = events!.filter(
        (event) =>
          event.activityTaskScheduledEventAttributes ??
          event.startChildWorkflowExecutionInitiatedEventAttributes,
      );
      expect(told.length).toBeGreaterThan(0);
      for (const { userMetadata } of told) expect(userMetadata?.summary).toBeTruthy();
    }
  });
});

async function bestReward(run: string): Promise<number> {
  const query = 'SELECT max(reward) AS best FROM rewards WHERE run = $1';
  return (await system.db.pool.query<{ best: number }>(query, [run])).rows[0]!.best;
}

/** List filters lag behind a little. */
const expectFound = (query: string, count: number) =>
  expect
    .poll(async () => (await system.client.workflow.count(query)).count, { timeout: 20_000 })
    .toBe(count);

describe('ace export-history', () => {
  it('writes what replays on the workflows of today, and overwrites nothing', async () => {
    const file = join(system.home.root, 'deep.binpb');
    await ace(system.home, 'export-history', 'deep', '--out', file);
    const history = proto.temporal.api.history.v1.History.decode(await readFile(file));
    expect(history.events).toHaveLength((await sizeOf('deep')).events);
    const workflowsPath = join(projectFolder, 'workflows', 'src', 'index.ts');
    await Worker.runReplayHistory({ workflowsPath }, history, 'deep');
    const again = ace(system.home, 'export-history', 'deep', '--out', file);
    await expect(again).rejects.toThrow(/--out: expected a file that is not there yet/);
  });

  it('refuses a workflow that Temporal does not know', async () => {
    const unknown = ace(system.home, 'export-history', 'nobody');
    await expect(unknown).rejects.toThrow(/workflow: expected an id that Temporal knows/);
  });
});
