import { Track } from '@ace/config/pure';
import type { IterationDigest, RunDigest } from './digest.ts';

/** Where two runs first differ, in words; null when their digests are equal. */
export function firstDifference(a: RunDigest, b: RunDigest): string | null {
  if (a.total === b.total) return null;
  if (a.tables.runs !== b.tables.runs) return 'config or data (table runs)';
  const place = firstPlace(a.iterations, b.iterations);
  if (!place) throw new Error('the totals differ, but no iteration does');
  const [ours, theirs] = [a, b].map(({ iterations }) => iterations.find(isAt(place)));
  if (!ours || !theirs) return `${title(place)}: only in the ${ours ? 'first' : 'second'}`;
  const differing = Object.keys({ ...a.tables, ...b.tables }).filter(
    (table) => ours.tables[table] !== theirs.tables[table],
  );
  return `${title(place)}: ${differing.join(', ')}`;
}

/** Enough of a part's SHA-256 to tell it from any other; the whole is in the JSON. */
const shownDigits = 32;

/** The digest for people, in 80 columns: the total, then by table, then by iteration. */
export function formatDigest({ total, tables, iterations, losses }: RunDigest): string {
  const byTable = Object.entries(tables).map(([name, digest]) => ({ name, digest }));
  const byIteration = iterations.map((at) => ({ name: title(at), digest: at.digest }));
  const width = Math.max(...[...byTable, ...byIteration].map(({ name }) => name.length));
  const line = ({ name, digest }: { name: string; digest: string }): string =>
    `${name.padEnd(width)}  ${digest.slice(0, shownDigits)}`;
  const sections = [[`total  ${total}`], byTable.map(line), byIteration.map(line)];
  if (losses > 0) sections.push([lossNotice(losses)]);
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

const lossNotice = (losses: number): string =>
  `${losses} ${losses === 1 ? 'attempt was' : 'attempts were'} lost: equality is not promised`;

type PlaceName = Pick<IterationDigest, 'track' | 'iteration'>;

const title = ({ track, iteration }: PlaceName): string =>
  track === Track.Train ? `iteration ${iteration}` : `evaluation of version ${iteration}`;

const isAt =
  (place: PlaceName) =>
  (other: PlaceName): boolean =>
    other.track === place.track && other.iteration === place.iteration;

/** The first place, in order of time, that differs or is in one of the two only. */
function firstPlace(
  ours: readonly IterationDigest[],
  theirs: readonly IterationDigest[],
): PlaceName | undefined {
  const all = [...ours, ...theirs.filter((place) => !ours.some(isAt(place)))];
  const differing = all.filter(
    (place) => ours.find(isAt(place))?.digest !== theirs.find(isAt(place))?.digest,
  );
  return differing.sort(
    (a, b) =>
      a.iteration - b.iteration ||
      Number(b.track === Track.Train) - Number(a.track === Track.Train),
  )[0];
}
