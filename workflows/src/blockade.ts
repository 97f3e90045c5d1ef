import type { RunFailure, RunPlan } from '@ace/activities';
import { RunStanding } from '@ace/config/pure';
import { ApplicationFailure, rootCause } from '@temporalio/common';
import { condition, defineUpdate, isCancellation, setHandler } from '@temporalio/workflow';
import { records } from './activities.ts';
import type { RunDisplay } from './display.ts';

/** Goes on with a step that blocks the run: the iteration's number, as `ace status` shows it; 0 for the start. */
export const retryIterationUpdate = defineUpdate<void, [iteration: number]>('retryIteration');

/** Something of a run that can fail and be tried again, e.g. `iteration 3`. */
export interface Step {
  name: string;
  /** What `retryIteration` takes for it. */
  iteration: number;
}

/**
 * A failed step blocks the run: it stays open, shows what failed and what to do, and waits for
 * `retryIteration`. With `onIterationFailure: fail` the run fails instead. Several steps may block at once.
 */
export function openBlockade(run: string, plan: RunPlan, display: RunDisplay) {
  const blocked = new Set<number>();

  setHandler(
    retryIterationUpdate,
    (iteration) => {
      blocked.delete(iteration);
    },
    { validator: (iteration: number) => refuseUnlessBlocked(blocked, iteration) },
  );

  /** Runs `work` until it succeeds. */
  async function passing(step: Step, work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (isCancellation(error)) throw error;
        // Before it is shown, so that whoever sees it can send the update at once.
        blocked.add(step.iteration);
        await show(step, error);
      }
      await condition(() => !blocked.has(step.iteration));
      display.mended(step.name);
      if (blocked.size === 0) await records.clearFailure({ run });
    }
  }

  async function show(step: Step, error: unknown): Promise<void> {
    const final = plan.onIterationFailure === 'fail';
    const failure = failureOf(run, step, error, final);
    display.status(final ? RunStanding.Failed : RunStanding.Blocked, failure);
    await records.recordFailure({ run, failure, final });
    if (final) throw error;
  }

  return { passing };
}

function refuseUnlessBlocked(blocked: ReadonlySet<number>, iteration: number): void {
  if (blocked.has(iteration)) return;
  const open = [...blocked].join(', ') || 'none is blocked';
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
    reason: rootCause(error) ?? String(error),
    remedy,
  };
}
