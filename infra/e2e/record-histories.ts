import proto from '@temporalio/proto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../src/home.ts';
import { startSystem } from './system.ts';

/**
 * Records what the replay test replays: `node --import tsx infra/e2e/record-histories.ts [type …]`, all of
 * `workflows` unless told. Histories that are there stay: they are those of runs that people have open. New ones are added
 * beside them when a workflow changes under `patched`.
 */
const folder = join(projectFolder, 'workflows', 'src', 'histories');
const config = {
  ...{ seed: 3, iterations: 2, pipelineDepth: 2, groups: 1, groupSize: 2 },
  competitions: { train: ['concrete-strength'], heldOut: [] },
  evaluation: { samplesPerCompetition: 1, everyIterations: 0 },
};
const run = 'recorded';
const workflows = {
  trainingRun: run,
  trainingIteration: `${run}/iteration/2`,
  executionGroup: `${run}/iteration/2/group/0`,
  evaluation: `${run}/evaluation/0`,
  replayIteration: 'recorded-replay',
  'replayIteration.group': 'recorded-replay-group',
  sweep: 'recorded-sweep',
};
const wanted = process.argv.slice(2);

const stamp = new Date().toISOString().slice(0, 10);
const system = await startSystem();
try {
  await system.train(run, config);
  await system.ended(run);
  await verify(workflows.replayIteration);
  await verify(workflows['replayIteration.group'], { group: 0 });
  await sweepWithLostHost();
  await mkdir(folder, { recursive: true });
  for (const [type, workflowId] of Object.entries(workflows)) {
    if (wanted.length > 0 && !wanted.includes(type)) continue;
    const history = await system.client.workflow.getHandle(workflowId).fetchHistory();
    const bytes = proto.temporal.api.history.v1.History.encode(history).finish();
    await writeFile(join(folder, `${type}.${stamp}.binpb`), bytes, { flag: 'wx' });
  }
} finally {
  await system.end();
}

/** Of the modes the one with more than two activities. */
async function verify(workflowId: string, more: object = {}): Promise<void> {
  const args = [{ run, iteration: 2, mode: 'verify', ...more }];
  const options = { workflowId, taskQueue: 'ace', args };
  await system.client.workflow.execute('replayIteration', options);
}

/** A sweep that reaches this host and none of another, which had an attempt once. */
async function sweepWithLostHost(): Promise<void> {
  await system.db.pool.query(`UPDATE executions SET host = 'a-lost-host' WHERE sample = 0`);
  const options = { workflowId: workflows.sweep, taskQueue: 'ace' };
  await system.client.workflow.execute('sweep', { ...options, args: [{ reachWithinSeconds: 5 }] });
}
