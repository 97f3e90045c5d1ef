import { endExecution, openExecutions } from '@ace/buffer';
import {
  type AttemptAddress,
  attemptName,
  evaluationWorkflowId,
  groupWorkflowId,
  iterationWorkflowId,
} from '@ace/config';
import type { ActivityDeps } from './deps.ts';
import type { HeldExecutions } from './held-executions.ts';
import { openWorkflows } from './open-workflows.ts';

/**
 * Ends the executions of this host that are under way by the record and that nobody runs: their run was
 * terminated, or ended otherwise, over them. When the run goes on, they are done again under the next number.
 */
export async function endAbandoned(deps: ActivityDeps, held: HeldExecutions): Promise<void> {
  // Listed before Temporal is asked: whoever claims one has an open workflow by then.
  const underWay = await openExecutions(deps.db, deps.host);
  const isOpen = openWorkflows(deps.temporal);
  for (const { attempt, execution } of underWay) {
    if (await someOf(workflowsOf(attempt), isOpen)) continue;
    if (held.has({ run: attempt.run, attempt: attemptName(attempt), execution })) continue;
    await endExecution(deps.db, attempt, execution, 'host lost', 'no workflow runs it: swept');
  }
}

/** Any of these goes on with the attempt, by itself or by starting the next below it; the likeliest first. */
function workflowsOf(attempt: AttemptAddress): string[] {
  const { run, track, iteration } = attempt;
  const parentOf = track === 'train' ? iterationWorkflowId : evaluationWorkflowId;
  return [run, parentOf(run, iteration), groupWorkflowId(attempt)];
}

async function someOf(ids: string[], holds: (id: string) => Promise<boolean>): Promise<boolean> {
  for (const id of ids) if (await holds(id)) return true;
  return false;
}
