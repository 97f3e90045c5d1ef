import type { RunPlan, RunStanding } from '@ace/activities';
import type { RunInput } from '@ace/config/pure';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import { defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import type { StepFailure } from './blockade.ts';
import { Course, type Standing } from './standing.ts';

/** How far a run has come, as its workflow knows it. */
export interface RunProgress {
  status: RunStanding;
  /** The newest iteration that was begun; 0 before the first. */
  iteration: number;
  iterations: number;
  /** Numbers that `retryIteration` takes now. */
  blocked: number[];
}

/** What a run was asked for, and what its workflow goes by. */
export interface RunSettings {
  input: RunInput;
  plan: RunPlan;
}

/** They take no input, or an empty object; each answers how the run stands then. */
export type Control = UpdateDefinition<RunProgress, []>;

/** Begins no further iteration; those that were begun go on as far as their turn allows. */
export const pauseUpdate: Control = defineUpdate('pause');
/** Goes on with a paused run. */
export const resumeUpdate: Control = defineUpdate('resume');
/** Ends the run, well, once all that was begun has come as far as it can. */
export const stopAfterIterationUpdate: Control = defineUpdate('stopAfterIteration');
/** Ends the run, well, at once: what is under way is cancelled, its sandboxes are stopped. */
export const stopNowUpdate: Control = defineUpdate('stopNow');

export const progressQuery = defineQuery<RunProgress>('progress');
export const configQuery = defineQuery<RunSettings>('config');
/** The last ten steps that failed in this execution, the newest last. */
export const lastErrorsQuery = defineQuery<StepFailure[]>('lastErrors');

export interface Controlled extends RunSettings {
  run: string;
  standing: Standing;
  lastErrors: () => StepFailure[];
}

/** Has the run heed its updates and answer its queries. */
export function openControls(controlled: Controlled): void {
  const { standing, input, plan, lastErrors } = controlled;
  const progress = (): RunProgress => ({
    ...{ status: standing.status(), blocked: standing.blocked() },
    ...{ iteration: standing.admitted(), iterations: plan.iterations },
  });

  function heed(control: Control, description: string, next: Course, from: readonly Course[]) {
    const take = async (): Promise<RunProgress> => {
      await standing.take(next);
      return progress();
    };
    const validator = (...given: unknown[]): void => refuse(controlled, control.name, given, from);
    setHandler(control, take, { validator, description });
  }

  const { Running, Paused, Stopping, StoppingNow } = Course;
  heed(pauseUpdate, 'Begin no further iteration', Paused, [Running]);
  heed(resumeUpdate, 'Go on with a paused run', Running, [Paused]);
  heed(stopAfterIterationUpdate, 'End once what was begun is done', Stopping, [Running, Paused]);
  heed(stopNowUpdate, 'End at once', StoppingNow, [Running, Paused, Stopping]);

  setHandler(progressQuery, progress, { description: 'How the run stands' });
  setHandler(configQuery, () => ({ input, plan }), { description: 'What was asked for' });
  setHandler(lastErrorsQuery, lastErrors, { description: 'The last ten steps that failed' });
}

/** @throws InvalidInput for an input, or unless the run is on one of the courses `from`. */
function refuse(
  controlled: Controlled,
  control: string,
  [given]: unknown[],
  from: readonly Course[],
): void {
  if (!isNothing(given)) {
    throw invalid(control, `expected no input, or {}, got ${JSON.stringify(given)}`);
  }
  refuseOn(controlled, control, from);
}

/** @throws InvalidInput, in words that say how the run stands, unless it is on one of the courses `from`. */
export function refuseOn(
  { run, plan, standing }: Omit<Controlled, 'lastErrors' | 'input'>,
  control: string,
  from: readonly Course[],
): void {
  const course = standing.course();
  if (from.includes(course)) return;
  const at = `at iteration ${standing.admitted()} of ${plan.iterations}`;
  throw invalid(control, `the run is ${ways[course](at, run)}`);
}

const ways: Record<Course, (at: string, run: string) => string> = {
  [Course.Running]: (at) => `not paused: it is ${at}`,
  [Course.Paused]: (at) => `paused already, ${at}; "resume" lets it go on`,
  [Course.Stopping]: (at, run) => `stopping, ${at}; "stopNow" ends it at once. ${afterwards(run)}`,
  [Course.StoppingNow]: (at, run) => `stopping now, ${at}. ${afterwards(run)}`,
};

const afterwards = (run: string): string =>
  `Once stopped it goes on when "${run}" is started again`;

/** The form of the Temporal UI sends an empty object, or nothing at all. */
const isNothing = (given: unknown): boolean =>
  given === undefined ||
  given === null ||
  (typeof given === 'object' && !Array.isArray(given) && Object.keys(given).length === 0);

/** What an update is refused with. */
export const invalid = (control: string, reason: string): ApplicationFailure =>
  ApplicationFailure.create({
    ...{ type: 'InvalidInput', message: `${control}: ${reason}`, nonRetryable: true },
  });
