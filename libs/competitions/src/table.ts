import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreparedCompetition } from './contract.ts';

const header = [
  ...['Competition', 'Split', 'Task', 'Metric', 'Rows (train + test)', 'Columns'],
  ...['Missing values', 'Text', 'Imbalanced', 'Wide', 'Table', 'Licence'],
];

/** Markdown for people: one row a competition, in the order given. Columns do not count id and target. */
export function competitionTable(competitions: readonly PreparedCompetition[]): string {
  const rows = competitions.map(cells);
  const widths = header.map((name, column) =>
    Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}

function cells({ config, publicFolder }: PreparedCompetition): string[] {
  const { features, source } = config;
  const train = csvSize(join(publicFolder, 'train.csv'));
  const test = csvSize(join(publicFolder, 'test.csv'));
  const flags = [
    ...[features.missingValues, features.textCategories, features.imbalanced, features.wide],
  ];
  return [
    ...[config.id, config.split, config.task, config.metric.replaceAll('_', ' ')],
    ...[`${train.rows} + ${test.rows}`, String(test.columns - 1)],
    ...flags.map((flag) => (flag ? 'yes' : '')),
    ...[source.dataset, source.licence],
  ];
}

/** Prepared files hold no quoted commas in their header and no line breaks in their cells. */
function csvSize(path: string): { rows: number; columns: number } {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return { rows: lines.length - 1, columns: lines[0]?.split(',').length ?? 0 };
}
