/** One effect each; only the worker builds their dependencies. */
import type { ActivityDeps } from './deps.ts';
import { evolveActivities } from './evolve.ts';
import { executeActivities } from './execute.ts';
import { generateActivities } from './generate.ts';
import { gradeActivities } from './grade.ts';
import { HeldExecutions } from './held-executions.ts';
import { limitActivities } from './limits.ts';
import { beating } from './liveness.ts';
import { onBothRecords } from './both-records.ts';
import { patient } from './patience.ts';
import { replayGroupActivities } from './replay-group.ts';
import { replayActivities } from './replay.ts';
import { runActivities } from './run.ts';
import { sampleActivities } from './sample.ts';
import { sweepActivities, sweepPlanActivities } from './sweep.ts';
import { turnActivities } from './turn.ts';
import { updateActivities } from './update.ts';
import { verifyActivities } from './verify.ts';

/** Activities of the main queue: short, or bound to the engine. */
export const createMainActivities = (deps: ActivityDeps) => ({
  ...beating(runActivities(deps)),
  ...beating(limitActivities(deps)),
  ...beating(sweepPlanActivities(deps)),
  ...beating(replayActivities(deps)),
  ...beating(replayGroupActivities(deps)),
  ...beating(verifyActivities(deps)),
  ...onBothRecords(deps, stepActivities),
});

const stepActivities = (deps: ActivityDeps) =>
  patient(deps, {
    ...beating(sampleActivities(deps)),
    ...generateActivities(deps),
    ...gradeActivities(deps),
    ...evolveActivities(deps),
    ...updateActivities(deps),
  });

/** Activities that only wait. */
export const createTurnActivities = turnActivities;

/** Activities of one host: those whose slots are sandboxes, and what sweeps after them. */
export function createExecuteActivities(deps: ActivityDeps) {
  const held = new HeldExecutions();
  return {
    ...onBothRecords(deps, (own) => patient(own, executeActivities(own, held), { waits: true })),
    ...sweepActivities(deps, held),
  };
}

export type MainActivities = ReturnType<typeof createMainActivities>;
export type TurnActivities = ReturnType<typeof createTurnActivities>;
export type ExecuteActivities = ReturnType<typeof createExecuteActivities>;

export type { ActivityDeps } from './deps.ts';
export type { Ends } from './replay-group.ts';
export { sourcesOf } from './run.ts';
export { type StalledParent, stalledParents } from './stalled-parents.ts';
export type * from './types.ts';
export type { TableComparison } from '@ace/buffer';
