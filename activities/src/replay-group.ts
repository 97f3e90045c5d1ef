import { attemptEnds, groupProgress, type RunRecord } from '@ace/buffer';
import { type GroupAddress, PhaseKind, phasesOf, type ReplayInput, Track } from '@ace/config';
import type { ActivityDeps } from './deps.ts';
import { businessFailure } from './failures.ts';

/** What came of attempts: how many are `valid`, `lost`, still `open`, or invalid for which reason. */
export type Ends = Record<string, number>;

/** Replaying one group of an iteration. */
export function replayGroupActivities({ db }: ActivityDeps) {
  return {
    /** What has come of these attempts of a group. */
    async countEnds({ samples, ...group }: GroupAddress & { samples: number[] }): Promise<Ends> {
      const counts: Ends = {};
      for (const { sample, end } of await attemptEnds(db, group)) {
        if (samples.includes(sample)) counts[end ?? 'open'] = (counts[end ?? 'open'] ?? 0) + 1;
      }
      return counts;
    },
  };
}

/** @throws InvalidInput unless the group is one that the mode can be done with. */
export async function requireGroup(
  { db }: Pick<ActivityDeps, 'db'>,
  record: RunRecord,
  { iteration, group: slot, mode }: ReplayInput & { group: number },
): Promise<void> {
  const { run } = record;
  refuseUnmade(record, iteration);
  const groups = await groupProgress(db, run, Track.Train, iteration);
  if (slot >= groups.length) {
    const expected = `expected 0 to ${groups.length - 1}, the groups of iteration ${iteration}`;
    throw businessFailure('InvalidInput', `group: ${expected}, got ${slot}`);
  }
  if (mode !== 'verify') return;
  const ends = await attemptEnds(db, { run, track: Track.Train, iteration, slot });
  const graded = ends.filter(({ end }) => end !== null && end !== 'lost').length;
  if (graded === ends.length) return;
  const found = `of whose ${ends.length} attempts ${graded} are`;
  const expected = 'expected one whose attempts are all graded';
  throw businessFailure('InvalidInput', `group: ${expected}, got ${slot}, ${found}`);
}

function refuseUnmade({ run, config, cursor }: RunRecord, iteration: number): void {
  const acted = phasesOf(config)
    .slice(0, cursor)
    .filter(({ kind }) => kind === PhaseKind.Act).length;
  if (iteration >= 1 && iteration <= acted) return;
  const expected =
    acted === 0
      ? `expected one whose attempts are made, and none of "${run}" are yet`
      : `expected 1 to ${acted}, the iterations of "${run}" whose attempts are made`;
  throw businessFailure('InvalidInput', `iteration: ${expected}, got ${iteration}`);
}
