import { Timeout } from '@ace/config';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { ExecuteHeartbeat } from './types.ts';

/**
 * Runs `work` while heartbeating. The signal aborts when the activity is to let go (time-out, shutdown,
 * cancellation): whoever waits stops waiting and touches nothing. What an earlier try left in the heartbeat
 * is carried on, so that it outlives a worker that dies over this one; `details` are said beside it.
 */
export async function whileAlive<T>(
  work: (signal: AbortSignal) => Promise<T>,
  details?: ExecuteHeartbeat,
): Promise<T> {
  const carried = activityInfo().heartbeatDetails as object | undefined;
  const said = details ? { ...carried, ...details } : carried;
  const beat = (): void => heartbeat(said);
  beat();
  const timer = setInterval(beat, Timeout.heartbeatEveryMs);
  try {
    return await work(cancellationSignal());
  } finally {
    clearInterval(timer);
  }
}

/** The same for activities that know nothing of it: short ones too are taken up soon after a worker's death. */
export function beating<A extends Record<string, (input: never) => Promise<unknown>>>(
  activities: A,
): A {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    (input: never) => whileAlive(() => activity(input)),
  ]);
  return Object.fromEntries(wrapped) as A;
}
