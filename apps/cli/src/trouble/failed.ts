import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { temporal as proto } from '@temporalio/proto';
import { listBelow, unlessUnknown } from './below.ts';
import type { FailedStep } from './contract.ts';
import { type History, scheduledByEvent, timeOf } from './history.ts';
import { placeOf, placeOfWorkflow } from './place.ts';
import { causesOf, reasonOf } from './reason.ts';

/** How many failed workflows are looked at: parents fail with their children. */
const mostLookedAt = 40;

/** The steps over which the newest failed workflows of a run failed; a parent whose child failed is left out. */
export async function failedSteps(
  temporal: Client,
  run: string,
  most: number,
): Promise<FailedStep[]> {
  const steps: FailedStep[] = [];
  let lookedAt = 0;
  for await (const execution of listBelow(temporal, run, ['Failed', 'TimedOut'])) {
    const step = await unlessUnknown(() => failedStep(temporal, execution));
    if (step) steps.push(step);
    lookedAt += 1;
    if (steps.length === most || lookedAt === mostLookedAt) break;
  }
  return steps;
}

async function failedStep(
  temporal: Client,
  { workflowId, runId, type }: WorkflowExecutionInfo,
): Promise<FailedStep | null> {
  // What a person asked for beside the run: who asked was told, and the run is none the worse.
  if (type === 'replayIteration') return null;
  const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const end = history.events?.at(-1);
  const failure = end?.workflowExecutionFailedEventAttributes?.failure;
  const causes = causesOf(failure);
  if (!end || causes.some((cause) => cause.childWorkflowExecutionFailureInfo)) return null;
  const activity = causes.find((cause) => cause.activityFailureInfo)?.activityFailureInfo;
  const newest = await temporal.workflow.getHandle(workflowId).describe();
  return {
    ...{ workflow: workflowId, ...placeOfWorkflow(workflowId) },
    ...(activity ? activityTold(history, activity) : workflowTold(history)),
    reason: failure ? reasonOf(failure) : 'it took longer than it may',
    failedAt: timeOf(end).toISOString(),
    overcome: newest.runId !== runId,
  };
}

type ActivityInfo = proto.api.failure.v1.IActivityFailureInfo;
type Told = Pick<FailedStep, 'step' | 'tries' | 'since'> & Partial<FailedStep>;

function activityTold(history: History, info: ActivityInfo): Told {
  const scheduled = scheduledByEvent(history, String(info.scheduledEventId));
  const started = history.events?.find(
    (event) => String(event.eventId) === String(info.startedEventId),
  );
  const { attempt } = placeOf(scheduled?.input);
  return {
    step: scheduled?.step ?? info.activityType?.name ?? 'activity',
    tries: started?.activityTaskStartedEventAttributes?.attempt ?? 1,
    since: (scheduled?.at ?? timeOf(history.events![0]!)).toISOString(),
    ...(attempt === null ? {} : { attempt }),
  };
}

const workflowTold = (history: History): Told => ({
  ...{ step: 'workflow', tries: 1 },
  since: timeOf(history.events![0]!).toISOString(),
});
