import type { ChangeLimitsInput, HeldLimits, RunPlan } from '@ace/activities';
import { type LimitChange, limitProblems } from '@ace/config/pure';
import { ActivityFailure } from '@temporalio/common';
import {
  CancellationScope,
  currentUpdateInfo,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import { records } from './activities.ts';
import { invalid, refuseOn } from './controls.ts';
import type { RunDisplay } from './display.ts';
import { Course, type Standing } from './standing.ts';

/**
 * Other groups per iteration, iterations of the run or learning rate, from an iteration on that has not begun: the
 * next one unless told. Answers what holds then.
 */
export const changeLimitsUpdate = defineUpdate<HeldLimits, [LimitChange]>('changeLimits');

const { name } = changeLimitsUpdate;

interface Limited {
  run: string;
  plan: RunPlan;
  standing: Standing;
  display: RunDisplay;
}

/** Has the run heed changes of its limits; its plan has the number of iterations that holds. */
export function openLimits(limited: Limited): void {
  const { run, plan, standing, display } = limited;

  async function change(asked: LimitChange): Promise<HeldLimits> {
    const updateId = currentUpdateInfo()!.id;
    return standing.change(async () => {
      // Again: another change may have been recorded since this one was let in.
      refuseImpossible(limited, asked);
      const held = await record({ run, updateId, admitted: standing.admitted(), change: asked });
      plan.iterations = held.iterations;
      display.planned(held.iterations);
      return held;
    });
  }

  const validator = (asked: LimitChange, ...more: unknown[]): void => {
    if (more.length > 0) throw invalid(name, 'expected one JSON object, got more');
    refuseImpossible(limited, asked);
    refuseOn(limited, name, [Course.Running, Course.Paused]);
  };
  const description = 'Change groups, iterations or learning rate from an iteration on';
  setHandler(changeLimitsUpdate, change, { validator, description });
}

/** @throws InvalidInput naming each field, what was given and what is expected. */
function refuseImpossible({ plan, standing }: Limited, asked: unknown): void {
  const now = { begun: standing.admitted(), iterations: plan.iterations };
  const problems = limitProblems(asked, now);
  if (problems.length > 0) throw invalid(name, problems.join('; '));
}

/** To its end, also when the run is cancelled over it: what is answered is what is in the record. */
function record(input: ChangeLimitsInput): Promise<HeldLimits> {
  return CancellationScope.nonCancellable(() => records.changeLimits(input)).catch(
    (error: unknown) => {
      throw error instanceof ActivityFailure && error.cause ? error.cause : error;
    },
  );
}
