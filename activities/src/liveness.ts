import { Timeout } from '@ace/config';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';

/**
 * Runs `work` while heartbeating. The signal aborts when the activity is to let go (time-out, shutdown,
 * cancellation): whoever waits stops waiting and touches nothing. What an earlier try left in the heartbeat
 * is carried on, so that it outlives a worker that dies over this one.
 */
export async function whileAlive<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const beat = (): void => heartbeat(activityInfo().heartbeatDetails);
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
