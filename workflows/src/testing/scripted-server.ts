import type { IterationSummary, RunPlan } from '@ace/activities';
import { searchAttributes, TaskQueue } from '@ace/config';
import { Context } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { msToTs } from '@temporalio/common/lib/time';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';

export const plan: RunPlan = {
  ...{ iterations: 1, pipelineDepth: 1, iterationsPerSegment: 10, cursor: 0 },
  evaluation: { everyIterations: 0, samplesPerCompetition: 0 },
  ...{ onIterationFailure: 'block', hostLostAfterSeconds: 1 },
};

/** Four attempts of which half are valid; the best reward of iteration k is 0.5 + k/10. */
export const summaryOf = (iteration: number): IterationSummary => ({
  ...{ iteration, attempts: 4, valid: 2, meanReward: 0.25, states: 10 + iteration },
  ...{ bestReward: 0.5 + iteration / 10, bestRewardSoFar: 0.5 + iteration / 10 },
});

const openGroup = { samples: [0], wallSeconds: 10, hostLostAfterSeconds: 1 };

/** What every activity answers unless a test says otherwise. */
const ordinary = {
  ...{ openRun: () => plan, readOpenGroup: () => openGroup, awaitTurn: () => 'now' },
  ...{ sample: () => ({ slots: 1 }), layOutEvaluation: () => ({ slots: 1 }), initialise: nothing },
  ...{ generate: nothing, generateEvaluation: nothing, execute: () => ({ verdict: 'ok' }) },
  ...{ grade: () => ({ valid: true }), update: nothing, finishRun: nothing },
  ...{ recordFailure: nothing, clearFailure: nothing },
  evolve: ({ iteration }: { iteration: number }) => summaryOf(iteration),
};
type ActivityName = keyof typeof ordinary;
type Answer = (input: never) => unknown;
export type Script = Partial<Record<ActivityName, Answer>>;
function nothing(): void {}

/** A namespace of its own on the tests' Temporal server, with a worker whose activities answer by script. */
export interface ScriptedServer {
  client: Client;
  /** Starts a run; every activity below it answers by `script`. */
  start(run: string, script?: Script): Promise<WorkflowHandle>;
  stop(): Promise<void>;
}

export async function openScriptedServer(namespace: string): Promise<ScriptedServer> {
  const address = process.env.ACE_TEST_TEMPORAL_ADDRESS!;
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') },
  });
  await addSearchAttributes(connection, namespace);
  const scripts = new Map<string, Script>();
  const native = await NativeConnection.connect({ address });
  const stopWorkers = await startWorkers(native, namespace, scripts);
  return {
    client,
    start(run, script = {}) {
      scripts.set(run, script);
      const options = { workflowId: run, taskQueue: TaskQueue.Main, args: [{}] };
      return client.workflow.start('trainingRun', options);
    },
    async stop() {
      await stopWorkers();
      await native.close();
      await connection.close();
    },
  };
}

/** A new namespace takes the server a moment, and so do its attributes. */
async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { operatorService, workflowService } = connection;
  const types = searchAttributes.map(
    ({ name, type }) => [name, encodeSearchAttributeIndexedValueType(type)!] as const,
  );
  const request = { namespace, searchAttributes: Object.fromEntries(types) };
  await untilItWorks(() => operatorService.addSearchAttributes(request));
  const query = searchAttributes.map(({ name }) => `${name} IS NULL`).join(' AND ');
  await untilItWorks(() => workflowService.countWorkflowExecutions({ namespace, query }));
}

async function untilItWorks(ask: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resume) => setTimeout(resume, 100));
    }
  }
}

async function startWorkers(
  connection: NativeConnection,
  namespace: string,
  scripts: ReadonlyMap<string, Script>,
): Promise<() => Promise<void>> {
  const workflowsPath = fileURLToPath(new URL('../index.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath });
  const activities = scripted(scripts);
  const workers = await Promise.all(
    Object.values(TaskQueue).map((taskQueue) =>
      Worker.create({
        ...{ connection, namespace, taskQueue, activities },
        ...(taskQueue === TaskQueue.Main ? { workflowBundle } : {}),
      }),
    ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
  };
}

function scripted(scripts: ReadonlyMap<string, Script>) {
  const perform = (name: ActivityName) => (input: never) => {
    const run = Context.current().info.workflowExecution!.workflowId.split('/')[0]!;
    const answer: Answer = scripts.get(run)?.[name] ?? ordinary[name];
    return Promise.resolve(answer(input));
  };
  const names = Object.keys(ordinary) as ActivityName[];
  return Object.fromEntries(names.map((name) => [name, perform(name)]));
}
