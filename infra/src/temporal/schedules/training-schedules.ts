import { InputError, type Overlap, type RunInput, type Schedule, TaskQueue } from '@ace/config';
import {
  type CalendarSpec,
  ScheduleAlreadyRunning,
  type ScheduleClient,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOverlapPolicy,
} from '@temporalio/client';

/** The workflow's type; `@ace/workflows` itself belongs into the worker's bundle alone. */
const trainingRunType = 'trainingRun';

const overlapPolicies: Readonly<Record<Overlap, ScheduleOverlapPolicy>> = {
  skip: 'SKIP',
  'buffer-one': 'BUFFER_ONE',
  'buffer-all': 'BUFFER_ALL',
  'cancel-other': 'CANCEL_OTHER',
  'terminate-other': 'TERMINATE_OTHER',
  'allow-all': 'ALLOW_ALL',
};

/**
 * Has a training run started whenever the schedule fires. `input` is what each run gets, checked by the caller.
 * @throws InputError when the name is taken, or the server refuses the times; nothing was made then.
 */
export async function createTrainingSchedule(
  schedules: ScheduleClient,
  schedule: Schedule,
  input: RunInput,
): Promise<ScheduleDescription> {
  const { name, cron, calendar, timeZone, jitter, note, paused } = schedule;
  const { overlap, catchUp: catchupWindow, pauseOnFailure } = schedule;
  const calendars = calendar as CalendarSpec[];
  const times = { cronExpressions: cron, calendars, timezone: timeZone };
  try {
    await schedules.create({
      scheduleId: name,
      spec: { ...times, ...(jitter === undefined ? {} : { jitter }) },
      action: {
        type: 'startWorkflow',
        workflowId: name,
        workflowType: trainingRunType,
        taskQueue: TaskQueue.Main,
        args: [input],
      },
      policies: { overlap: overlapPolicies[overlap], catchupWindow, pauseOnFailure },
      state: { paused, ...(note === undefined ? {} : { note }) },
    });
  } catch (error) {
    throw refusalOf(schedule, error);
  }
  return schedules.getHandle(name).describe();
}

/** The SDK throws a TypeError for what the server says of the times; all else of them was checked before. */
function refusalOf({ name, cron, timeZone }: Schedule, error: unknown): unknown {
  if (error instanceof ScheduleAlreadyRunning) {
    return new InputError(`schedule: name: expected one that is free, "${name}" is taken`);
  }
  if (!(error instanceof TypeError)) return error;
  const [field, given] = /time ?zone/i.test(error.message)
    ? ['timeZone', timeZone]
    : ['cron', cron.join('", "')];
  return new InputError(`schedule: ${field}: ${error.message}, got "${given}"`, { cause: error });
}

/** Every schedule that starts training runs, by name, whoever made it. */
export async function trainingSchedules(schedules: ScheduleClient): Promise<ScheduleDescription[]> {
  const names: string[] = [];
  for await (const { scheduleId, action } of schedules.list()) {
    if (action?.workflowType === trainingRunType) names.push(scheduleId);
  }
  const described = names.sort().map((name) => describeIfAny(schedules, name));
  return (await Promise.all(described)).filter((schedule) => schedule !== null);
}

/** @throws InputError that names those that there are, when it is none of them. */
export async function trainingSchedule(
  schedules: ScheduleClient,
  name: string,
): Promise<ScheduleDescription> {
  const found = await describeIfAny(schedules, name);
  if (found?.action.workflowType === trainingRunType) return found;
  const names = (await trainingSchedules(schedules)).map(({ scheduleId }) => scheduleId);
  const known = names.length > 0 ? `one of ${names.join(', ')}` : 'a schedule; there is none yet';
  throw new InputError(`schedule: name: expected ${known}, got "${name}"`);
}

/** null for one that was deleted since it was listed. */
async function describeIfAny(
  schedules: ScheduleClient,
  name: string,
): Promise<ScheduleDescription | null> {
  try {
    return await schedules.getHandle(name).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}
