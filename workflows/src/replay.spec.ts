import proto from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const types = [
  ...['evaluation', 'executionGroup', 'replayIteration', 'sweep'],
  ...['trainingIteration', 'trainingRun'],
];

/** What a workflow reads of itself, such as a run its name, must be what it was. */
const workflowIdOf = ({ events }: proto.temporal.api.history.v1.IHistory): string =>
  events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';

const remedy =
  'A run that is open now would stop there. Undo the change, or put it behind patched() of Temporal and ' +
  'record the new way beside the old: node --import tsx infra/e2e/record-histories.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

it('every recorded history replays on the workflows of today', async () => {
  const names = (await readdir(here('histories'))).sort();
  expect([...new Set(names.map((name) => name.split('.')[0]))]).toEqual(types);
  const histories = names.map(async (name) => {
    const history = proto.temporal.api.history.v1.History.decode(
      await readFile(here(`histories/${name}`)),
    );
    return { workflowId: workflowIdOf(history), history };
  });
  const replays = Worker.runReplayHistories(
    { workflowsPath: here('index.ts') },
    await Promise.all(histories),
  );
  let replayed = 0;
  for await (const { workflowId, error } of replays) {
    if (error) throw new Error(`${workflowId}: ${error.message}\n${remedy}`, { cause: error });
    replayed += 1;
  }
  expect(replayed).toBe(names.length);
}, 60_000);
