import type { Competition } from '@ace/config';

/** Share of the leaderboard that `score` beats, 0 to 1; an equal score is not beaten. */
export function referencePercentile(
  score: number,
  leaderboard: readonly number[],
  direction: Competition['direction'],
): number {
  const beaten = leaderboard.filter((other) =>
    direction === 'maximize' ? score > other : score < other,
  );
  return beaten.length / leaderboard.length;
}
