import type { ExecuteHeartbeat, ExecuteInput } from '@ace/activities';
import {
  type AttemptAddress,
  executeQueueOf,
  FailureType,
  type GroupAddress,
} from '@ace/config/pure';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { executing, executingAnywhere, records, steps } from './activities.ts';
import { showPhase } from './child-display.ts';

interface Patience {
  wallSeconds: number;
  hostLostAfterSeconds: number;
}

/** Executes and grades every open attempt of one group; each fails alone. */
export async function executionGroup(group: GroupAddress): Promise<void> {
  const { samples, ...patience } = await records.readOpenGroup(group);
  let done = 0;
  const show = (): void => showPhase(`${done} of ${samples.length} open attempts are done.`);
  show();
  await Promise.all(
    samples.map(async (sample) => {
      await runAttempt({ ...group, sample }, patience);
      done += 1;
      show();
    }),
  );
}

async function runAttempt(attempt: AttemptAddress, patience: Patience): Promise<void> {
  const verdict = await executeSomewhere(attempt, patience);
  if (verdict !== 'lost') await steps.grade({ attempt });
}

/** The verdict, or the host on which the attempt's sandbox is, if it is on one. */
type Outcome = { verdict: string } | { host: string | null };

/** On any free host; if its sandbox already runs on one, there, unless that host stays silent for too long. */
async function executeSomewhere(attempt: AttemptAddress, patience: Patience): Promise<string> {
  let takeOver: { takeOverFrom?: string } = {};
  let host: string | null = null;
  for (;;) {
    const outcome: Outcome =
      host === null
        ? await executeAnywhere({ attempt, ...takeOver }, patience)
        : await executeOn(host, attempt, patience);
    if ('verdict' in outcome) return outcome.verdict;
    if (host !== null && outcome.host === null) takeOver = { takeOverFrom: host };
    host = outcome.host;
  }
}

/** No host: its worker fell silent before it could say where it is. */
async function executeAnywhere(input: ExecuteInput, { wallSeconds }: Patience): Promise<Outcome> {
  try {
    return await executingAnywhere(wallSeconds).execute(input);
  } catch (error) {
    const silence = timedOut(error);
    if (silence?.timeoutType === 'HEARTBEAT') return { host: hostOfSilent(silence) };
    return { host: hostHolding(error) };
  }
}

/** No host: nobody took the work up on that one for `hostLostAfterSeconds`. */
async function executeOn(
  host: string,
  attempt: AttemptAddress,
  { wallSeconds, hostLostAfterSeconds }: Patience,
): Promise<Outcome> {
  const scheduleToStartTimeout = hostLostAfterSeconds * 1000;
  const there = executing(executeQueueOf(host), wallSeconds, { scheduleToStartTimeout });
  try {
    return await there.execute({ attempt });
  } catch (error) {
    if (timedOut(error)?.timeoutType === 'SCHEDULE_TO_START') return { host: null };
    return { host: hostHolding(error) };
  }
}

/** @throws the error when it is another one. */
function hostHolding(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== FailureType.RunsElsewhere) {
    throw error;
  }
  return cause.details?.[0] as string;
}

function hostOfSilent(failure: TimeoutFailure): string | null {
  const said = failure.lastHeartbeatDetails as ExecuteHeartbeat | undefined;
  return said?.host ?? null;
}

const timedOut = (error: unknown): TimeoutFailure | null =>
  error instanceof ActivityFailure && error.cause instanceof TimeoutFailure ? error.cause : null;
