import { type Database, firstDifference, readRun, type RunDigest } from '@ace/buffer';
import { phasesOf } from '@ace/config';
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../../e2e/system.ts';

/** Several times what an undisturbed run takes. */
const patienceSeconds = 120;

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
    await sleep(200);
  }
  return `does not end: ${await lastFailure(system, run)}`;
}

/** Of the step that Temporal tries again and again. */
async function lastFailure({ client }: System, run: string): Promise<string> {
  const { raw } = await client.workflow.getHandle(run).describe();
  const failures = (raw.pendingActivities ?? []).map(({ lastFailure: last }) => last?.message);
  return failures.find(Boolean) ?? 'nothing fails';
}

/** Rows that no run leaves in which every effect happened once. */
const counts: readonly { what: string; rows: string }[] = [
  {
    what: 'attempts not executed to their end once',
    rows: `completions WHERE run = $1 AND 1 <> (
      SELECT count(*) FROM executions e WHERE outcome = 'finished' AND e.run = completions.run
        AND (e.track, e.iteration, e.slot, e.sample) = (completions.track, completions.iteration,
          completions.slot, completions.sample))`,
  },
  {
    what: 'executions under way after the end',
    rows: 'executions WHERE run = $1 AND ended_at IS NULL',
  },
  {
    what: 'sampling requests sent beside one that stood',
    rows: 'requests WHERE run = $1 AND try > 1 AND try - 1 > (SELECT count(*) FROM requests r WHERE r.run = requests.run AND (r.track, r.iteration, r.slot) = (requests.track, requests.iteration, requests.slot) AND r.try < requests.try AND r.lost_at IS NOT NULL)',
  },
  {
    what: 'last versions published by an epoch that was over',
    rows: `versions JOIN runs USING (run) WHERE run = $1 AND versions.epoch < runs.epoch
      AND version = (SELECT max(version) FROM versions v WHERE v.run = runs.run)`,
  },
];

async function brokenCount(db: Database, run: string): Promise<string | null> {
  for (const { what, rows } of counts) {
    const { rowCount } = await db.pool.query(`SELECT FROM ${rows}`, [run]);
    if (rowCount) return `${rowCount} ${what}`;
  }
  const record = await readRun(db, run);
  const beyond = record ? record.cursor - phasesOf(record.config).length : 0;
  return beyond === 0 ? null : `the cursor is ${beyond} beyond the last phase`;
}
