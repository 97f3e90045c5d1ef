import type { ExecuteInput } from '@ace/activities';
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
  const verdict = await executeSomewhere(attempt, patience);
  if (verdict !== 'lost') await steps.grade({ attempt });
}

/** On any free host; if its sandbox already runs on one, there, unless that host stays silent for too long. */
async function executeSomewhere(attempt: AttemptAddress, patience: Patience): Promise<string> {
  let takeOver: { takeOverFrom?: string } = {};
  for (;;) {
    const anywhere = await executeAnywhere({ attempt, ...takeOver }, patience);
    if ('verdict' in anywhere) return anywhere.verdict;
    const there = await executeOn(anywhere.host, attempt, patience);
    if (there) return there.verdict;
    takeOver = { takeOverFrom: anywhere.host };
  }
}

/** The verdict, or the host that holds the attempt's sandbox. */
async function executeAnywhere(
  input: ExecuteInput,
  { wallSeconds }: Patience,
): Promise<{ verdict: string } | { host: string }> {
  try {
    return await executing(TaskQueue.Execute, wallSeconds).execute(input);
  } catch (error) {
    const host = hostHolding(error);
    if (host === null) throw error;
    return { host };
  }
}

/** The verdict; null when nobody took the work up on that host for `hostLostAfterSeconds`. */
async function executeOn(
  host: string,
  attempt: AttemptAddress,
  { wallSeconds, hostLostAfterSeconds }: Patience,
): Promise<{ verdict: string } | null> {
  const scheduleToStartTimeout = hostLostAfterSeconds * 1000;
  const there = executing(executeQueueOf(host), wallSeconds, { scheduleToStartTimeout });
  try {
    return await there.execute({ attempt });
  } catch (error) {
    if (isUnclaimed(error)) return null;
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
