import type { Outcome } from './conduct.ts';

const widths = [21, 19, 7, 27] as const;
const gap = '  ';

/** The outcomes as text, at most 80 columns wide. */
export function renderOutcomes(outcomes: readonly Outcome[], minutes: number): string {
  const rows = outcomes.map(({ guard, ...wrong }) =>
    row(
      guard.name,
      guard.point,
      wrong.with === null ? 'equal' : 'fails',
      inShort(wrong.without ?? 'equal'),
    ),
  );
  const seen = outcomes.filter(({ without }) => without !== null).length;
  return [
    row('guard', 'fault point', 'with it', 'without it'),
    ...rows,
    `the loss of ${seen} of ${outcomes.length} guards shows, ${minutes.toFixed(0)} min`,
  ].join('\n\n');
}

/** Every cell in lines of its own width. */
function row(...cells: string[]): string {
  const columns = cells.map((cell, place) => wrapped(cell, widths[place]!));
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, place) => (column[line] ?? '').padEnd(widths[place]!))
      .join(gap)
      .trimEnd(),
  ).join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ').flatMap((long) => pieces(long, width))) {
    const last = lines.at(-1)!;
    const joined = last === '' ? word : `${last} ${word}`;
    if (joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}

const pieces = (word: string, width: number): string[] =>
  word.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];

/** Without how long it was tried and where files lie, and with the beginning of a hash only. */
const inShort = (failure: string): string =>
  failure
    .replace(/: .* has failed for .* min, last with: /, ': ')
    .replace(/, open '[^']*'/, '')
    .replace(/\b([0-9a-f]{8})[0-9a-f]{56}\b/g, '$1…')
    .slice(0, 140);
