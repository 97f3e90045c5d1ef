import type { RunFailure, RunPlan } from '@ace/activities';
import { ApplicationFailure, rootCause } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  defineUpdate,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { Standing } from './standing.ts';

/** Goes on with a step that blocks the run: the iteration's number, as `ace status` shows it; 0 for the start. */
export const retryIterationUpdate = defineUpdate<void, [iteration: number]>('retryIteration');

/** Something of a run that can fail and be tried again, e.g. `iteration 3`. */
export interface Step {
  name: string;
  /** What `retryIteration` takes for it. */
  iteration: number;
}

/** A step that failed, and when, by the workflow's clock. */
export interface StepFailure extends RunFailure {
  /** ISO 8601. */
  at: string;
}

/** Failures that are remembered. */
const remembered = 10;

/**
 * A failed step blocks the run: it stays open, shows what failed and what to do, and waits for
 * `retryIteration`. With `onIterationFailure: fail` the run fails instead. Several steps may block at once.
 */
export function openBlockade(run: string, plan: RunPlan, standing: Standing) {
  const failures: StepFailure[] = [];

  setHandler(retryIterationUpdate, (iteration) => standing.release(iteration), {
    validator: (iteration: number) => refuseUnlessBlocked(standing.blocked(), iteration),
  });

  /** Runs `work` until it succeeds, or the run is stopped. */
  async function passing(step: Step, work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        // Whatever came of it: a child that somebody cancelled alone is a failure, and this is not.
        if (CancellationScope.current().consideredCancelled) throw error;
        await show(step, error);
      }
      await condition(() => !standing.blocked().includes(step.iteration));
      await standing.mended(step.name);
    }
  }

  async function show(step: Step, error: unknown): Promise<void> {
    const final = plan.onIterationFailure === 'fail';
    const failure = failureOf(run, step, error, final);
    failures.push({ ...failure, at: new Date().toISOString() });
    await standing.block(step.iteration, failure, final);
    if (final) throw error;
  }

  /** The newest last. */
  const lastErrors = (): StepFailure[] => failures.slice(-remembered);

  return { passing, lastErrors };
}

function refuseUnlessBlocked(blocked: readonly number[], iteration: number): void {
  if (blocked.includes(iteration)) return;
  const open = blocked.join(', ') || 'none is blocked';
  const given = JSON.stringify(iteration);
  throw ApplicationFailure.create({
    type: 'InvalidInput',
    message: `retryIteration: expected the number of a blocked iteration (${open}), got ${given}`,
    nonRetryable: true,
  });
}

function failureOf(run: string, step: Step, error: unknown, final: boolean): RunFailure {
  const remedy = final
    ? `mend the cause, then start the run again under its name "${run}"`
    : `mend the cause, then send the update retryIteration(${step.iteration})`;
  return {
    iteration: step.iteration,
    step: step.name,
    reason: isCancellation(error) ? 'somebody cancelled it' : (rootCause(error) ?? String(error)),
    remedy,
  };
}
