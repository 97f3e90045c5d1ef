import type { IterationSummary, RunPlan } from '@ace/activities';
import { executeQueueOf, isScratchRun, searchAttributes, TaskQueue } from '@ace/config';
import { Context } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { msToTs } from '@temporalio/common/lib/time';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { fileURLToPath } from 'node:url';

/** The host whose queue is served beside those that every host serves. */
export const host = 'host-b';

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
  ...{ sample: () => ({ slots: 1 }), execute: () => ({ verdict: 'ok' }) },
  ...{ grade: () => ({ valid: true }), initialise: nothing, generate: nothing },
  evolve: ({ iteration }: { iteration: number }) => summaryOf(iteration),
  ...{ update: nothing, finishRun: nothing, recordFailure: nothing, clearFailure: nothing },
  ...{ layOutEvaluation: () => ({ slots: 1 }), generateEvaluation: nothing },
  ...{ recordStanding: nothing, awaitHalt: nothing, giveUpExecutions: nothing },
  ...{ hostsOf: () => ({ hosts: [] }), stopSandboxes: nothing },
  followWorkflow: nothing,
  changeLimits: nothing,
  ...{ planReplay: (input: unknown) => input, retryFailed: nothing, countEnds: () => ({}) },
  ...{ openScratchGroup: nothing, compareScratchGroup: () => [], dropScratch: nothing },
};
export type ActivityName = keyof typeof ordinary;
export function nothing(): void {}

export interface Call {
  name: ActivityName;
  queue: string;
  input: Record<string, unknown>;
}
export type Answer = (input: never, tries: number) => unknown;
export type Answers = Partial<Record<ActivityName, Answer>>;

/** What the activities of one run answer, and which were called. */
export class Script {
  readonly calls: Call[] = [];
  constructor(readonly answers: Answers) {}

  called = (name: ActivityName): Call[] => this.calls.filter((call) => call.name === name);

  perform(name: ActivityName, input: Record<string, unknown>): unknown {
    const queue = Context.current().info.taskQueue;
    this.calls.push({ name, queue, input });
    const answer = this.answers[name] ?? ordinary[name];
    return answer(input as never, this.called(name).length);
  }
}

/** The workflows of this project on the tests' server, with activities that answer by a script. */
export interface ScriptedRuns {
  client: Client;
  /** By run; its activities answer by the newest. */
  scripts: Map<string, Script>;
  start(run: string, answers: Answers): Promise<{ script: Script; handle: WorkflowHandle }>;
  close(): Promise<void>;
}

/** In a namespace of its own, since the names of the queues are fixed. */
export async function openScriptedRuns(namespace: string): Promise<ScriptedRuns> {
  // Failures are what is tested here: not news.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const address = process.env.ACE_TEST_TEMPORAL_ADDRESS!;
  const connection = await Connection.connect({ address });
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod },
  });
  const client = new Client({ connection, namespace });
  await addSearchAttributes(connection, namespace);
  const native = await NativeConnection.connect({ address });
  const scripts = new Map<string, Script>();
  const stopWorkers = await startWorkers(native, namespace, scripts);
  return {
    ...{ client, scripts },
    async start(run, answers) {
      const script = new Script(answers);
      scripts.set(run, script);
      const options = { workflowId: run, taskQueue: TaskQueue.Main, args: [{}] };
      return { script, handle: await client.workflow.start('trainingRun', options) };
    },
    async close() {
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
      await pause(100);
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
  const activities = activitiesOf(scripts);
  const { Main, Turn, Execute } = TaskQueue;
  const workers = await Promise.all(
    [Main, Turn, Execute, executeQueueOf(host)].map((taskQueue) =>
      Worker.create({
        ...{ connection, namespace, taskQueue, activities, maxHeartbeatThrottleInterval: 100 },
        ...(taskQueue === Main ? { workflowBundle } : {}),
      }),
    ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
  };
}

const activitiesOf = (scripts: ReadonlyMap<string, Script>) =>
  Object.fromEntries(
    (Object.keys(ordinary) as ActivityName[]).map((name) => [
      name,
      (input: Record<string, unknown>) => {
        const [run] = Context.current().info.workflowExecution!.workflowId.split('/') as [string];
        // What is done again beside a run belongs to its test.
        const of = isScratchRun(run) ? run.split('~')[1]! : run;
        return Promise.resolve(scripts.get(of)!.perform(name, input));
      },
    ]),
  );

/** An activity that is at work until it is cancelled, or `release` resolves. */
export async function untilCancelled(release?: Promise<unknown>): Promise<void> {
  const context = Context.current();
  const beating = setInterval(() => context.heartbeat(), 100);
  try {
    await Promise.race([context.cancelled, ...(release ? [release] : [])]);
  } finally {
    clearInterval(beating);
  }
}

export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const until = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`did not happen: ${what}`);
    await pause(20);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));
