import type { Client } from '@temporalio/client';
import { nextTryIn } from './histories.ts';
import { type PendingActivity, pendingBelow } from './in-flight.ts';
import type { Recovery } from './results-contract.ts';

const lookEveryMs = 100;
const patienceMs = 180_000;

/**
 * Follows activities of a dead worker until each has been taken up. One that the worker had answered after all
 * is left out. @throws when one is not taken up in minutes.
 */
export async function recoveriesOf(
  client: Client,
  run: string,
  lost: readonly PendingActivity[],
  killedAt: number,
): Promise<Recovery[]> {
  const recoveries: Recovery[] = [];
  let open = [...lost];
  while (open.length > 0) {
    const pending = await pendingBelow(client, run);
    const looked = await Promise.all(open.map((one) => look(client, one, pending)));
    recoveries.push(...looked.filter(isTakenUp).map((one) => recoveryOf(one, killedAt)));
    open = open.filter((_, place) => looked[place] === 'open');
    if (Date.now() - killedAt > patienceMs)
      throw new Error(`not taken up: ${JSON.stringify(open)}`);
    await new Promise((resume) => setTimeout(resume, lookEveryMs));
  }
  return recoveries;
}

interface TakenUp {
  kind: string;
  /** Milliseconds since 1970. */
  at: number;
  heartbeatSeen: boolean;
}

type Looked = TakenUp | 'open' | 'answered';

const isTakenUp = (one: Looked): one is TakenUp => typeof one === 'object';

const recoveryOf = ({ kind, at, heartbeatSeen }: TakenUp, killedAt: number): Recovery => {
  return { kind, seconds: (at - killedAt) / 1000, heartbeatSeen };
};

async function look(
  client: Client,
  lost: PendingActivity,
  pending: readonly PendingActivity[],
): Promise<Looked> {
  const { kind } = lost;
  const same = pending.find((one) => isSame(one, lost));
  if (same) return same.attempt > lost.attempt && isAlive(same) ? seen(same) : 'open';
  const handle = client.workflow.getHandle(lost.workflowId, lost.runId);
  const next = nextTryIn(await handle.fetchHistory(), lost.activityId, lost.attempt);
  if (typeof next === 'string') return next;
  if ('startedAt' in next) return { kind, at: next.startedAt, heartbeatSeen: false };
  const instead = pending.find((one) => isSame(one, { ...lost, ...next }));
  return instead && isAlive(instead) ? seen(instead) : 'open';
}

const isSame = (one: PendingActivity, { runId, activityId }: PendingActivity): boolean =>
  one.runId === runId && one.activityId === activityId;

const isAlive = ({ isStarted, heartbeatAt, startedAt }: PendingActivity): boolean =>
  isStarted && heartbeatAt >= startedAt;

const seen = ({ kind, heartbeatAt }: PendingActivity): TakenUp => {
  return { kind, at: heartbeatAt, heartbeatSeen: true };
};
