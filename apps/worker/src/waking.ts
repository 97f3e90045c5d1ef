import { stalledParents } from '@ace/activities';
import { Timeout } from '@ace/config';
import type { Client } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Wakes workflows that would wait for ever for a child that is over, until told to stop. Nothing ends it: what
 * fails, once in the log, is tried again at the next look.
 */
export function keepWaking(temporal: Client): () => void {
  const stopping = new AbortController();
  void lookAgainAndAgain(stalledParents(temporal), stopping.signal);
  return () => stopping.abort();
}

async function lookAgainAndAgain(
  look: ReturnType<typeof stalledParents>,
  signal: AbortSignal,
): Promise<void> {
  let complaint = '';
  do {
    try {
      for (const { parent, child } of await look()) {
        console.log(`${parent.workflowId} waits for ${child.workflowId}, which is over: woken`);
      }
      complaint = '';
    } catch (error) {
      if (signal.aborted || complaint === String(error)) continue;
      complaint = String(error);
      console.warn(`cannot look for workflows that wait for what is over: ${complaint}`);
    }
  } while (await isDue(signal));
}

/** After the time between two looks; false at once when there is to be none. */
const isDue = (signal: AbortSignal): Promise<boolean> =>
  sleep(Timeout.stalledLookMs, true, { signal }).catch(() => false);
