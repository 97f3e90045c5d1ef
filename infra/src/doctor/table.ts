import type { DoctorRow } from './row.ts';

const width = 80;
const partWidth = 18;
const versionWidth = 22;

/** The rows for people, at most 80 columns wide; what is to mend has its command below it. */
export function doctorTable(rows: readonly DoctorRow[]): string {
  const heading = line(' ', 'part', 'version', 'found');
  const lines = rows.flatMap((row) => [
    line(
      row.healthy ? '✓' : '✗',
      row.part,
      row.version ?? (row.healthy ? '' : '–'),
      row.found ?? row.state,
    ),
    ...explanation(row),
  ]);
  return [heading, ...lines].join('\n');
}

function explanation({ healthy, found, state, remedy }: DoctorRow): string[] {
  if (healthy) return [];
  const why = found === null ? [] : [`    ${cut(state, width - 4)}`];
  // Not cut: it is there to be copied.
  return [...why, `    → ${remedy}`];
}

function line(mark: string, part: string, version: string, found: string): string {
  const head = `${mark} ${part.padEnd(partWidth)} ${cut(version, versionWidth).padEnd(versionWidth)} `;
  return `${head}${cut(found, width - head.length)}`.trimEnd();
}

/** Keeps the end of what is too long: of a path, that is what tells it from others. */
const cut = (text: string, room: number): string =>
  text.length <= room ? text : `…${text.slice(text.length - room + 1)}`;
