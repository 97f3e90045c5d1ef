import type { ExecuteActivities, Removed } from '@ace/activities';
import { executeQueueOf, Timeout } from '@ace/config/pure';
import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import { proxyActivities } from '@temporalio/workflow';
import { records } from './activities.ts';
import { oneLine } from './summaries.ts';

export interface SweepInput {
  /** How long a host's worker may take to take a piece of work up; 60 unless told. */
  reachWithinSeconds?: number;
}

/** What a sweep did. Small: at most 50 names, hosts and failures. */
export interface SweepReport {
  /** By kind and host, without what was nowhere. */
  removed: (Removed & { host: string })[];
  /** Hosts whose worker took nothing up in time: none runs there, or all its slots are taken. */
  notReached: string[];
  /** What failed, where and why; the next sweep tries it again. */
  failed: string[];
}

/** Pieces of work of one host; each is one kind of thing to remove. */
const pieces = ['sweepSandboxes', 'sweepCheckpoints', 'sweepArtifacts'] as const;
type Piece = (typeof pieces)[number];
type Swept = Removed | { failed: string } | 'not reached';

const most = 50;
const longestFailure = 300;

/** By count, since the next sweep does it all again. */
const tries = { maximumAttempts: 3, initialInterval: Timeout.retryInitialMs };

/** Removes on every host what nobody owns. Hosts and pieces fail alone. Two sweeps at once are harmless. */
export async function sweep({ reachWithinSeconds = 60 }: SweepInput = {}): Promise<SweepReport> {
  const { hosts } = await records.hostsToSweep();
  const works = hosts.flatMap((host) => pieces.map((piece) => ({ host, piece })));
  const done = await Promise.all(
    works.map(async ({ host, piece }) => ({
      ...{ host, piece, swept: await sweepPiece(host, piece, reachWithinSeconds) },
    })),
  );
  return reportOf(done);
}

const on = (host: string, reachWithinSeconds: number) =>
  proxyActivities<Pick<ExecuteActivities, Piece>>({
    taskQueue: executeQueueOf(host),
    scheduleToStartTimeout: reachWithinSeconds * 1000,
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: Timeout.heartbeatMs,
    retry: tries,
    summary: oneLine(`host ${host}: remove what nobody owns`),
  });

async function sweepPiece(host: string, piece: Piece, withinSeconds: number): Promise<Swept> {
  try {
    return await on(host, withinSeconds)[piece]();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    if (isUnclaimed(error)) return 'not reached';
    return { failed: (error.cause ?? error).message };
  }
}

const isUnclaimed = ({ cause }: ActivityFailure): boolean =>
  cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';

function reportOf(done: readonly { host: string; piece: Piece; swept: Swept }[]): SweepReport {
  const report: SweepReport = { removed: [], notReached: [], failed: [] };
  let room = most;
  for (const { host, piece, swept } of done) {
    if (swept === 'not reached') {
      if (!report.notReached.includes(host)) report.notReached.push(host);
    } else if ('failed' in swept) {
      report.failed.push(`${piece} on ${host}: ${swept.failed}`.slice(0, longestFailure));
    } else if (swept.count > 0) {
      const names = swept.names.slice(0, room);
      room -= names.length;
      report.removed.push({ ...swept, host, names });
    }
  }
  return { ...report, failed: report.failed.slice(0, most) };
}
