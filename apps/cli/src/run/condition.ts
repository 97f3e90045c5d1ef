import type { FailureRecord } from '@ace/buffer';
import type { Client } from '@temporalio/client';
import { type Failure, Standing } from '../view/live-view.ts';
import { failureOf } from './failure.ts';
import { standingOf } from './standing.ts';
import { workflowEnd, workflowFailure } from './workflow.ts';

/** How a run stands, and what is wrong with it. */
export interface Condition {
  standing: Standing;
  failure: Failure | null;
}

/** What the record says of a run; null while it has none. */
type Recorded = { status: string; failure: FailureRecord | null } | null;

/** Asks Temporal whether the run goes on, and the record for what Temporal does not know. */
export async function conditionOf(
  temporal: Client,
  run: string,
  recorded: Recorded,
): Promise<Condition> {
  const standing = standingOf(recorded?.status ?? null, await workflowEnd(temporal, run));
  const reason = standing === Standing.Failed ? await workflowFailure(temporal, run) : null;
  return {
    standing,
    failure: failureOf({ run, standing, recorded: recorded?.failure ?? null, reason }),
  };
}
