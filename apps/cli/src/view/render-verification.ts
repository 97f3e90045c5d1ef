import type { Verification } from '@ace/workflows';
import { cut, padded, paddedLeft, type Paint, plural, wrapped } from './text.ts';

/** An iteration that was done again beside its original, for people: counts by table, then what differs. */
export function renderVerification(
  { tables, differences, leftOut }: Verification,
  paint: Paint,
  width = 80,
): string[] {
  const nameWidth = Math.max(...tables.map(({ what }) => what.length), 'table'.length);
  const line = (what: string, ...counts: (string | number)[]): string =>
    [padded(what, nameWidth), ...counts.map((count) => paddedLeft(String(count), 9))].join(' ');
  return [
    paint.faint(line('table', 'original', 'again', 'differing')),
    ...tables.flatMap(({ what, original, again, differing, first }) => [
      line(what, original, again, differing),
      ...(first === null ? [] : [paint.bad(cut(`  ${first}`, width))]),
    ]),
    '',
    ...(leftOut === null ? [] : wrapped(`Not done again: ${leftOut}.`, width)),
    differences === 0 ? paint.good('0 differences') : paint.bad(plural(differences, 'difference')),
  ];
}
