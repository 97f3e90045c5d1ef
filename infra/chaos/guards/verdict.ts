import { type Database, firstDifference, readRun, type RunDigest } from '@ace/buffer';
import { phasesOf } from '@ace/config';
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../../e2e/system.ts';

/** Several times what an undisturbed run takes. */
const patienceSeconds = 180;

/** More than any death of a worker or a server costs a step. */
const triesOfNoUse = 7;

/** What is wrong with a run, once it has ended or should have; null when nothing is. */
export async function whatIsWrong(
  system: System,
  run: string,
  undisturbed: RunDigest | null,
): Promise<string | null> {
  const unfinished = await endOf(system, run);
  if (unfinished) return unfinished;
  const difference = undisturbed && firstDifference(undisturbed, await system.digest(run));
  return difference ? `another digest: ${difference}` : brokenCount(system.db, run);
}

/** null when it ended well. */
async function endOf(system: System, run: string): Promise<string | null> {
  const until = performance.now() + patienceSeconds * 1000;
  while (performance.now() < until) {
    const record = await readRun(system.db, run);
    if (record?.status === 'finished') return null;
    if (record && record.status !== 'running') return `${record.status}: ${record.failure?.reason}`;
    const stuck = await stuckStep(system, run);
    if (stuck) return `does not end: ${stuck}`;
    await sleep(500);
  }
  return `does not end in ${patienceSeconds} s`;
}

/** Why the run's own step fails again and again: opening a run is tried for ever. */
async function stuckStep({ client }: System, run: string): Promise<string | null> {
  const { raw } = await client.workflow.getHandle(run).describe();
  const stuck = raw.pendingActivities?.find(({ attempt }) => (attempt ?? 0) >= triesOfNoUse);
  return stuck?.lastFailure?.message ?? null;
}

const isSameAttempt = `(other.run, other.track, other.iteration, other.slot, other.sample) =
  (own.run, own.track, own.iteration, own.slot, own.sample)`;
const isSameGroup = `(other.run, other.track, other.iteration, other.slot) =
  (own.run, own.track, own.iteration, own.slot)`;

/** Rows that no run leaves whose effects happened once each; digests do not speak of them. */
const counts: readonly { what: string; rows: string }[] = [
  {
    what: 'executions under way after the end',
    rows: 'executions AS own WHERE run = $1 AND ended_at IS NULL',
  },
  {
    what: 'executions beside one that finished',
    rows: `executions AS own WHERE run = $1 AND EXISTS (
      SELECT FROM executions other WHERE ${isSameAttempt}
        AND other.execution < own.execution AND other.outcome = 'finished')`,
  },
  {
    what: 'sampling requests sent beside one that stood',
    rows: `requests AS own WHERE run = $1 AND EXISTS (
      SELECT FROM requests other WHERE ${isSameGroup}
        AND other.try < own.try AND other.lost_at IS NULL)`,
  },
  {
    what: 'versions published by an epoch that was over',
    rows: `versions AS own WHERE run = $1 AND version = (SELECT max(version) FROM versions WHERE run = $1)
      AND epoch < (SELECT epoch FROM runs WHERE run = $1)`,
  },
];

async function brokenCount(db: Database, run: string): Promise<string | null> {
  for (const { what, rows } of counts) {
    const { rowCount } = await db.pool.query(`SELECT FROM ${rows}`, [run]);
    if (rowCount) return `${what}: ${rowCount}`;
  }
  const record = await readRun(db, run);
  const beyond = record ? record.cursor - phasesOf(record.config).length : 0;
  return beyond === 0 ? null : `the cursor is ${beyond} beyond the last phase`;
}
