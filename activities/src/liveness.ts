import { Timeout } from '@ace/config';
import { cancellationSignal, heartbeat } from '@temporalio/activity';

/**
 * Runs `work` while heartbeating. The signal aborts when the activity is to let go (time-out, shutdown,
 * cancellation): whoever waits stops waiting and touches nothing.
 */
export async function whileAlive<T>(
  work: (signal: AbortSignal) => Promise<T>,
  details: () => unknown = () => undefined,
): Promise<T> {
  heartbeat(details());
  const timer = setInterval(() => heartbeat(details()), Timeout.heartbeatEveryMs);
  try {
    return await work(cancellationSignal());
  } finally {
    clearInterval(timer);
  }
}
