import type { RunPlan } from '@ace/activities';
import { ApplicationFailure } from '@temporalio/common';
import type proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryIterationUpdate } from './index.ts';
import {
  type Answers,
  openScriptedRuns,
  plan,
  type ScriptedRuns,
  summaryOf,
} from './testing/scripted-runs.ts';

let runs: ScriptedRuns;
beforeAll(async () => void (runs = await openScriptedRuns(`display-${process.pid}`)), 60_000);
afterAll(() => runs?.close(), 30_000);

const start = async (run: string, answers: Answers = {}) => (await runs.start(run, answers)).handle;

const display = { recipe: 'quickstart', searchable: true, learnt: [] };
const shownPlan: RunPlan = { ...plan, iterations: 2, display };

/** Something that an activity waits for. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

/** The ids that a list filter finds; it lags behind a little. */
const found = async (query: string): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { workflowId } of runs.client.workflow.list({ query })) ids.push(workflowId);
  return ids.sort();
};
const expectFound = (query: string, ...ids: string[]) =>
  expect.poll(() => found(query), { timeout: 20_000 }).toEqual(ids);

/** What the UI shows as the current details of a workflow. */
const detailsOf = async (workflowId: string): Promise<string> => {
  const handle = runs.client.workflow.getHandle(workflowId);
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
};
const expectDetails = (workflowId: string) =>
  expect.poll(() => detailsOf(workflowId), { timeout: 20_000 });

const eventsOf = async (
  workflowId: string,
): Promise<proto.temporal.api.history.v1.IHistoryEvent[]> =>
  (await runs.client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];

/** The summaries of all activities and children that a workflow started, in order. */
async function summariesOf(workflowId: string): Promise<string[]> {
  const started = (await eventsOf(workflowId)).filter(
    (event) =>
      event.activityTaskScheduledEventAttributes ??
      event.startChildWorkflowExecutionInitiatedEventAttributes,
  );
  return started.map(({ userMetadata }) => {
    const data = userMetadata?.summary?.data;
    return data ? (JSON.parse(Buffer.from(data).toString()) as string) : '(none)';
  });
}

describe('a run', () => {
  it('is found by list filters, and shows its last iterations, while it goes on', async () => {
    const second = gate();
    const handle = await start('shown', {
      openRun: () => shownPlan,
      evolve: async ({ iteration }: { iteration: number }) => {
        if (iteration === 2) await second.opened;
        return summaryOf(iteration);
      },
    });
    await expectFound(
      `AceRun = 'shown' AND AceRecipe = 'quickstart' AND AceStatus = 'running' AND
       AceIteration = 2 AND AcePolicyVersion = 1 AND AceBestReward >= 0.6`,
      'shown',
    );
    await expectFound(
      `AceRun = 'shown' AND AceIteration = 2 AND WorkflowType <> 'trainingRun'`,
      ...['shown/iteration/2', 'shown/iteration/2/group/0'],
    );
    const details = await detailsOf('shown');
    expect(details).toContain('### running: iteration 2 of 2');
    expect(details).toContain('| 1 | 2 of 4, 50 % | 0.250 | 0.600 | 11 |');
    expect(details).toContain('iteration 2 makes policy version 2');
    await expectDetails('shown/iteration/2').toBe(
      'Grows the buffer, then updates the policy to version 2.',
    );
    expect(await detailsOf('shown/iteration/2/group/0')).toBe('1 of 1 open attempts are done.');

    second.open();
    await handle.result();
    await expectFound(`AceStatus = 'finished' AND AceBestReward = 0.7`, 'shown');
    expect(await detailsOf('shown')).toContain('### finished: iteration 2 of 2');
  });

  it('shows what its record held at once when it is resumed', async () => {
    const initialised = gate();
    const learnt = [1, 2, 3].map(summaryOf);
    const cursor = 1 + 2 * learnt.length;
    const handle = await start('resumed', {
      openRun: () => ({ ...shownPlan, iterations: 4, cursor, display: { ...display, learnt } }),
      initialise: () => initialised.opened,
    });
    await expectFound(
      `AceRun = 'resumed' AND AceIteration = 3 AND AcePolicyVersion = 3 AND AceBestReward = 0.8`,
      'resumed',
    );
    const details = await detailsOf('resumed');
    expect(details.match(/^\| \d/gm)).toHaveLength(3);
    expect(details).toContain('iteration 4 begins');
    initialised.open();
    await handle.result();
  });

  it('shows what failed and what to do, then that it goes on', async () => {
    const third = gate();
    let tries = 0;
    const handle = await start('blocked', {
      openRun: () => shownPlan,
      update: async () => {
        tries += 1;
        if (tries > 1) return third.opened;
        throw ApplicationFailure.create({ message: 'no engine at 8642', nonRetryable: true });
      },
    });
    await expectFound(`AceStatus = 'blocked'`, 'blocked');
    const details = await detailsOf('blocked');
    expect(details).toContain('### blocked: iteration 1 of 2');
    expect(details).toContain('**iteration 1 failed:**\n\n```\nno engine at 8642\n```');
    expect(details).toContain('send the update retryIteration(1)');

    await handle.executeUpdate(retryIterationUpdate, { args: [1] });
    await expectFound(`AceRun = 'blocked' AND AceStatus = 'running'`, 'blocked');
    expect(await detailsOf('blocked')).not.toContain('failed');
    third.open();
    await handle.result();
  });

  it('is found as failed when a failure ends it', async () => {
    const handle = await start('failing', {
      openRun: () => ({ ...shownPlan, onIterationFailure: 'fail' }),
      evolve: () => {
        throw ApplicationFailure.create({ message: 'too few groups', nonRetryable: true });
      },
    });
    await expect(handle.result()).rejects.toThrow();
    await expectFound(`AceStatus = 'failed'`, 'failing');
    expect(await detailsOf('failing')).toContain('too few groups');
  });

  it.each([
    ['knows no search attributes', { ...display, searchable: false }],
    ['had no display when its history was recorded', undefined],
  ])('names no attribute where the server %s', async (_, given) => {
    const run = given ? 'not-searchable' : 'without-display';
    const handle = await start(run, {
      openRun: () => ({ ...plan, iterations: 2, ...(given && { display: given }) }),
      evolve: () => null,
    });
    await handle.result();
    const events = await eventsOf(run);
    expect(events.filter((e) => e.upsertWorkflowSearchAttributesEventAttributes)).toEqual([]);
    expect(await found(`AceRun = '${run}'`)).toEqual([]);
    expect(await detailsOf(run)).toContain('### finished: iteration 2 of 2\n\npolicy version 2');
  });
});

describe('every activity and every child', () => {
  it('says what it is for', async () => {
    const evaluation = { everyIterations: 0, samplesPerCompetition: 1 };
    const handle = await start('told', { openRun: () => ({ ...plan, evaluation }) });
    await handle.result();
    expect(await summariesOf('told')).toEqual(
      expect.arrayContaining([
        'open the run in the record',
        'create the policy and publish version 0',
        'iteration 1, which makes policy version 1',
        'fixed evaluation of policy version 1',
        'close the run in the record',
      ]),
    );
    expect(await summariesOf('told/iteration/1')).toEqual([
      'iteration 1: wait for its turn to act',
      'iteration 1: choose states',
      'iteration 1: generate attempts',
      'iteration 1, group 0',
      'iteration 1: wait for its turn to learn',
      'iteration 1: grow the buffer',
      'iteration 1: update the policy to version 1',
    ]);
    expect(await summariesOf('told/iteration/1/group/0')).toEqual([
      'iteration 1, group 0: read which attempts are open',
      'iteration 1, group 0, attempt 0: execute',
      'iteration 1, group 0, attempt 0: grade',
    ]);
    expect(await summariesOf('told/evaluation/1')).toEqual([
      'evaluation of version 1: wait for its turn',
      'evaluation of version 1: lay out root drafts',
      'evaluation of version 1: generate drafts',
      'evaluation of version 1, group 0',
    ]);
    const all = ['told', 'told/evaluation/0', 'told/evaluation/0/group/0'].map(summariesOf);
    expect((await Promise.all(all)).flat()).not.toContain('(none)');
  });
});
