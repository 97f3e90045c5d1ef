import { waitForHalt, waitForTurn } from '@ace/buffer';
import { type Phase, Timeout } from '@ace/config';
import { FaultPoint, faultPoint } from '@ace/faults';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ActivityDeps } from './deps.ts';
import { whileAlive } from './liveness.ts';
import type { HaltInput } from './types.ts';

/** Activities that only wait: for a phase's turn, or for a workflow that somebody else started. */
export function turnActivities(deps: ActivityDeps) {
  return {
    /** Resolves when `phase` may write (`now`), or when the record shows it done (`past`). */
    awaitTurn({ run, phase }: { run: string; phase: Phase }): Promise<'now' | 'past'> {
      return whileAlive(async (signal) => {
        const turn = await waitForTurn(deps.db, run, phase, { pollMs: Timeout.turnPollMs, signal });
        faultPoint(FaultPoint.TurnCame);
        return turn;
      });
    },

    /**
     * Resolves when a run that begins nothing new has come as far as it can: its next phase is one that nobody
     * will do, and every attempt that somebody works on is graded or lost.
     */
    awaitHalt({ run, admitted, blocked }: HaltInput): Promise<void> {
      return whileAlive((signal) =>
        waitForHalt(...([deps.db, run, { upTo: admitted, blocked }] as const), {
          pollMs: Timeout.turnPollMs,
          signal,
        }),
      );
    },

    /** Follows a running workflow to its end, whatever that is; the record then says what came of it. */
    followWorkflow({ workflowId }: { workflowId: string }): Promise<void> {
      return whileAlive(async (signal) => {
        const ended = deps.temporal.workflow.getHandle(workflowId).result().catch(ignoreEnd);
        await Promise.race([ended, aborted(signal)]);
        signal.throwIfAborted();
      });
    },
  };
}

/** How a followed workflow ended does not matter here; that Temporal could not be asked does. */
function ignoreEnd(error: unknown): void {
  const ended = error instanceof Error && error.name === 'WorkflowFailedError';
  if (!ended && !(error instanceof WorkflowNotFoundError)) throw error;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
