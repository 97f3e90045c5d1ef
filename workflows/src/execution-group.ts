import {
  type AttemptAddress,
  executeQueueOf,
  FailureType,
  type GroupAddress,
  TaskQueue,
} from '@ace/config/pure';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { executing, records, steps } from './activities.ts';

interface Patience {
  wallSeconds: number;
  hostLostAfterSeconds: number;
}

/** Executes and grades every open attempt of one group; each fails alone. */
export async function executionGroup(group: GroupAddress): Promise<void> {
  const { samples, ...patience } = await records.readOpenGroup(group);
  await Promise.all(samples.map((sample) => runAttempt({ ...group, sample }, patience)));
}

async function runAttempt(attempt: AttemptAddress, patience: Patience): Promise<void> {
  await executeSomewhere(attempt, patience);
  await steps.grade({ attempt });
}

/** On any free host; if its sandbox already runs on one, there, unless that host stays silent for too long. */
async function executeSomewhere(attempt: AttemptAddress, patience: Patience): Promise<void> {
  let takeOverFrom: string | undefined;
  for (;;) {
    const host = await executeAnywhere(attempt, patience, takeOverFrom);
    if (host === null || (await executeOn(host, attempt, patience))) return;
    takeOverFrom = host;
  }
}

/** Null when it is done, else the host that holds the attempt's sandbox. */
async function executeAnywhere(
  attempt: AttemptAddress,
  { wallSeconds }: Patience,
  takeOverFrom?: string,
): Promise<string | null> {
  try {
    const input = takeOverFrom === undefined ? { attempt } : { attempt, takeOverFrom };
    await executing(TaskQueue.Execute, wallSeconds).execute(input);
    return null;
  } catch (error) {
    const host = hostHolding(error);
    if (host === null) throw error;
    return host;
  }
}

/** False when nobody took the work up on that host for `hostLostAfterSeconds`. */
async function executeOn(
  host: string,
  attempt: AttemptAddress,
  { wallSeconds, hostLostAfterSeconds }: Patience,
): Promise<boolean> {
  const scheduleToStartTimeout = hostLostAfterSeconds * 1000;
  const there = executing(executeQueueOf(host), wallSeconds, { scheduleToStartTimeout });
  try {
    await there.execute({ attempt });
    return true;
  } catch (error) {
    if (isUnclaimed(error)) return false;
    throw error;
  }
}

function hostHolding(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== FailureType.RunsElsewhere)
    return null;
  return cause.details?.[0] as string;
}

const isUnclaimed = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';
