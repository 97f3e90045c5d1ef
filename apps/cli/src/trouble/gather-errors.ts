import { type RunRecord, type Setback, setbacks } from '@ace/buffer';
import { conditionOf } from '../run/condition.ts';
import type { RunSession } from '../run/session.ts';
import type { RunErrors, SetbackView } from './contract.ts';
import { failedSteps } from './failed.ts';
import { inTurns, openWorkflows } from './open-workflows.ts';
import { addressed, nowhere } from './place.ts';
import { retriedIn } from './retried.ts';
import { stalledIn } from './stalled.ts';

const mostFailed = 5;
const mostSetbacks = 5;

/** What is wrong with a run and what was: out of Temporal, which knows what is tried, and the record. */
export async function gatherErrors(
  { db, temporal, mine }: RunSession,
  record: RunRecord,
): Promise<RunErrors> {
  const { run, config } = record;
  const { standing, failure } = await conditionOf(temporal, run, record);
  const { newest, total } = await setbacks(db, run, mostSetbacks);
  const open = await openWorkflows(temporal, run);
  const retried = (await inTurns(open, retriedIn)).flat();
  return {
    ...{ run, status: standing, worker: !mine.includes('worker'), failure },
    failed: await failedSteps(temporal, run, mostFailed),
    retried: retried.sort((a, b) => a.since.localeCompare(b.since)),
    stalled: (await inTurns(open, (workflow) => stalledIn(temporal, workflow))).flat(),
    ...{ setbacks: newest.map(setbackView), setbacksInAll: total },
    giveUpAfterSeconds: config.giveUpAfterSeconds,
  };
}

function setbackView({
  why,
  at,
  track,
  iteration,
  slot,
  sample,
  ...setback
}: Setback): SetbackView {
  const { kind, count, overcome, number, host } = setback;
  const place = track === null ? nowhere : addressed(track, iteration, slot, sample);
  return { kind, reason: why, count, overcome, ...place, number, host, lastAt: at.toISOString() };
}
