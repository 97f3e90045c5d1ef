import { readRun } from '@ace/buffer';
import { parseReplay, type ReplayInput, TaskQueue } from '@ace/config';
import { activityInfo } from '@temporalio/activity';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ActivityDeps } from './deps.ts';
import { asInvalidInput, businessFailure } from './failures.ts';
import { requireGroup } from './replay-group.ts';
import { requireRun } from './run.ts';

/** Replaying an iteration: what the Temporal UI starts, in its three modes. */
export function replayActivities({ db, temporal, ...deps }: ActivityDeps) {
  const start = async (run: string, input: object): Promise<void> => {
    const options = { workflowId: run, taskQueue: TaskQueue.Main, args: [input] };
    await temporal.workflow.start('trainingRun', options).catch(ignoreStarted);
  };
  return {
    /** Checks what a person typed: against the record too where it names one group. */
    async planReplay(input: unknown): Promise<ReplayInput> {
      try {
        const plan = parseReplay(input);
        const record = await requireRun({ db, temporal, ...deps }, plan.run);
        const { group } = plan;
        if (group !== undefined) await requireGroup({ db }, record, { ...plan, group });
        return plan;
      } catch (error) {
        throw asInvalidInput(error);
      }
    },

    /** Lets a blocked step try again; a run that is closed goes on under its name. A second call changes nothing. */
    async retryFailed({ run, iteration }: { run: string; iteration: number }): Promise<void> {
      const handle = temporal.workflow.getHandle(run);
      const status = await handle.describe().then(
        ({ status: { name } }) => name,
        () => null,
      );
      if (status !== 'RUNNING') return start(run, (await readRun(db, run))!.asked);
      const updateId = `replay ${activityInfo().workflowExecution?.runId}`;
      await handle.executeUpdate('retryIteration', { args: [iteration], updateId }).catch(refused);
    },

    /** Starts a run that shares all of another one up to an iteration. A second call finds it started. */
    async startFork(input: ReplayInput & { name: string }): Promise<void> {
      const { run, iteration, changes, name } = input;
      await start(name, { ...changes, forkOf: { run, iteration } });
    },
  };
}

function ignoreStarted(error: unknown): void {
  if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
}

function refused(error: unknown): never {
  const { name, cause } = error as Error;
  if (name !== 'WorkflowUpdateFailedError') throw error;
  throw businessFailure('InvalidInput', cause instanceof Error ? cause.message : String(cause));
}
