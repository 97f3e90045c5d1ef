import { stalledParents } from '@ace/activities';
import { childEndedSignal, TaskQueue } from '@ace/config';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, rootCause } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { progressQuery, retryIterationUpdate } from './index.ts';
import { hold } from './testing/scripted-answers.ts';
import {
  type Answer,
  type Answers,
  eventually,
  plan,
  openScriptedRuns,
  pause,
  Script,
  type ScriptedRuns,
} from './testing/scripted-runs.ts';

let runs: ScriptedRuns;
beforeAll(async () => {
  runs = await openScriptedRuns(`children-${process.pid}`);
}, 60_000);
afterAll(() => runs?.close(), 30_000);

/** Whether any of these is open; Temporal takes a moment to list it so. */
async function isSoon(query: string, open: boolean): Promise<void> {
  const isOpen = async () =>
    (await runs.client.workflow.count(`${query} AND ExecutionStatus = 'Running'`)).count > 0;
  await expect.poll(isOpen, { timeout: 20_000 }).toBe(open);
}
const below = (id: string): string => `WorkflowId STARTS_WITH '${id}/'`;

/** Whatever execution a reset makes the newest. */
const newest = (id: string): WorkflowHandle => runs.client.workflow.getHandle(id);

/** As the Temporal UI does: to the last of its workflow tasks, or to that many before it. */
async function resetTo(handle: WorkflowHandle, before = 0): Promise<void> {
  const { workflowId } = handle;
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const tasks = events!.filter((event) => event.workflowTaskCompletedEventAttributes);
  const { workflowService, options } = runs.client;
  await workflowService.resetWorkflowExecution({
    ...{ namespace: options.namespace, workflowExecution: { workflowId, runId } },
    ...{ requestId: `after-${runId}`, workflowTaskFinishEventId: tasks.at(-1 - before)!.eventId! },
  });
}

/** With all below it, once it knows that it began; then it is reset to its last workflow task. */
async function terminateAndReset(handle: WorkflowHandle): Promise<void> {
  const isIdle = async () => !(await handle.describe()).raw.pendingWorkflowTask;
  await expect.poll(isIdle, { timeout: 20_000 }).toBe(true);
  await handle.terminate('a test');
  // Temporal's lists lag behind, and one whose end it still has to tell would be told of it.
  await pause(500);
  await isSoon(below(handle.workflowId), false);
  await resetTo(handle);
  await isSoon(`WorkflowId = '${handle.workflowId}'`, true);
}

/** Who is woken when two looks follow each other. */
async function wake(): Promise<string[]> {
  const look = stalledParents(runs.client);
  await look();
  return (await look()).map(({ parent }) => parent.workflowId);
}

const countOf = async (
  handle: WorkflowHandle,
  kind:
    | 'startChildWorkflowExecutionInitiatedEventAttributes'
    | 'workflowExecutionSignaledEventAttributes',
): Promise<number> =>
  ((await handle.fetchHistory()).events ?? []).filter((event) => event[kind]).length;

const begunIn = (handle: WorkflowHandle): Promise<number> =>
  countOf(handle, 'startChildWorkflowExecutionInitiatedEventAttributes');

/** A run whose first attempt is executed until it is terminated; one that begins after that is not held. */
async function executing(run: string, answers: Answers = {}) {
  const { held, release } = hold({ verdict: 'ok' });
  const execute = (_: never, tries: number) => (tries === 1 ? held() : { verdict: 'ok' });
  const { script } = await runs.start(run, { execute, ...answers });
  await eventually('it executes', () => script.called('execute').length === 1);
  return { script, handle: newest(run), release };
}

describe('a run that was terminated, then reset to after its iteration began', () => {
  it('waits until it is woken; then it has the iteration done again, and ends', async () => {
    const { script, handle } = await executing('woken');
    await terminateAndReset(handle);
    await pause(400);
    expect(script.called('sample')).toHaveLength(1);
    expect(await wake()).toEqual(['woken']);
    await handle.result();
    const calls = ['openRun', 'sample', 'evolve', 'finishRun', 'followWorkflow'] as const;
    expect(calls.map((name) => script.called(name).length)).toEqual([1, 2, 1, 1, 0]);
    expect(await begunIn(handle)).toBe(2);
  });

  it('is woken once, though Temporal goes on to count what is over', async () => {
    const { held, release } = hold({ verdict: 'ok' });
    const { script, handle } = await executing('woken-once', { update: held });
    await terminateAndReset(handle);
    expect(await wake()).toEqual(['woken-once']);
    await eventually('it goes on', () => script.called('update').length === 1);
    expect((await handle.describe()).raw.pendingChildren).toHaveLength(2);
    await wake();
    expect(await countOf(handle, 'workflowExecutionSignaledEventAttributes')).toBe(1);
    release();
    await handle.result();
    expect(await begunIn(handle)).toBe(2);
  });

  it('can be cancelled once it was woken: what it has begun ends with it', async () => {
    const { held } = hold({ verdict: 'ok' });
    const { script, handle } = await executing('woken-cancelled', { execute: held });
    await terminateAndReset(handle);
    await wake();
    await eventually('it executes again', () => script.called('execute').length === 2);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await isSoon(below('woken-cancelled'), false);
  });

  it('can be cancelled before: it ends when it is woken', async () => {
    const { handle } = await executing('cancelled-woken');
    await terminateAndReset(handle);
    await handle.cancel();
    await wake();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  });
});

describe.each([
  ['trainingIteration', 'iteration/1', { iteration: 1 }],
  ['evaluation', 'evaluation/0', { version: 0 }],
])('%s that was terminated, then reset to after its groups began', (type, id, which) => {
  it('goes on when it is woken', async () => {
    const { held } = hold({ verdict: 'ok' });
    const run = `woken-${type}`;
    const execute = (_: never, tries: number) => (tries <= 2 ? held() : { verdict: 'ok' });
    const twoGroups = () => ({ slots: 2 });
    const answers = { execute, sample: twoGroups, layOutEvaluation: twoGroups };
    const script = new Script(answers);
    runs.scripts.set(run, script);
    const options = { workflowId: `${run}/${id}`, taskQueue: TaskQueue.Main };
    await runs.client.workflow.start(type, { ...options, args: [{ run, ...which }] });
    const handle = newest(options.workflowId);
    await eventually('both execute', () => script.called('execute').length === 2);
    await terminateAndReset(handle);
    expect(await wake()).toEqual([handle.workflowId, handle.workflowId]);
    await handle.result();
    expect(script.called('execute')).toHaveLength(4);
  });
});

describe('a run whose iteration is terminated under it', () => {
  it('blocks, changes nothing, and has the iteration done again when it is released', async () => {
    const { script, handle } = await executing('child-terminated');
    await newest('child-terminated/iteration/1').terminate('a test');
    await eventually('it blocks', () => script.called('recordFailure').length === 1);
    expect(await handle.query(progressQuery)).toMatchObject({ status: 'blocked', blocked: [1] });
    expect(script.called('evolve')).toHaveLength(0);
    await isSoon(below('child-terminated'), false);
    await handle.executeUpdate(retryIterationUpdate, { args: [1] });
    await handle.result();
    expect(script.called('evolve')).toHaveLength(1);
  });
});

describe('a run whose iteration fails', () => {
  const failsOnce: Answer = (_, tries) => {
    if (tries > 1) return;
    throw ApplicationFailure.create({ message: 'a cause', type: 'Test', nonRetryable: true });
  };

  it('fails again, with its reason, wherever it is reset to after the iteration began', async () => {
    const answers = { openRun: () => ({ ...plan, onIterationFailure: 'fail' }), update: failsOnce };
    const { script } = await runs.start('failed', answers);
    const handle = newest('failed');
    await expect(handle.result()).rejects.toThrow();
    for (const before of [0, 1, 2]) {
      await resetTo(handle, before);
      const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
      expect(rootCause((error as Error).cause)).toBe('a cause');
      expect(script.called('update')).toHaveLength(1);
    }
  });

  it('blocks again when it is reset to after that, and is released as ever', async () => {
    const { script } = await runs.start('blocked', { update: failsOnce });
    const handle = newest('blocked');
    await eventually('it blocks', () => script.called('recordFailure').length === 1);
    await terminateAndReset(handle);
    await wake();
    expect(await handle.query(progressQuery)).toMatchObject({ status: 'blocked', blocked: [1] });
    expect(script.called('update')).toHaveLength(1);
    await handle.executeUpdate(retryIterationUpdate, { args: [1] });
    await handle.result();
    expect(script.called('update')).toHaveLength(2);
  });
});

it('a signal that is none, or means another execution, changes nothing', async () => {
  const { script, handle, release } = await executing('undisturbed');
  const child = runs.client.workflow.getHandle('undisturbed/iteration/1');
  const { runId } = await child.describe();
  await handle.signal(childEndedSignal);
  await handle.signal(childEndedSignal, { workflowId: child.workflowId });
  await handle.signal(childEndedSignal, { workflowId: child.workflowId, runId: 'an-older-one' });
  await child.signal(childEndedSignal, { workflowId: child.workflowId, runId });
  release();
  await handle.result();
  expect(script.called('sample')).toHaveLength(1);
  expect([await begunIn(handle), await begunIn(child)]).toEqual([1, 1]);
});
