import { Track } from '@ace/config/pure';
import { canonicalBytes } from './canonical.ts';
import { type TableRule, tableRules } from './columns.ts';
import { type Database } from './database.ts';
import { type Part, partsOf } from './digest.ts';

/** What one table says of an iteration, in two records. */
export interface TableComparison {
  /** The table, and what of it where it holds more than one thing of an iteration. */
  what: string;
  original: number;
  again: number;
  /** Rows with another value, or in one of the two only. */
  differing: number;
  /** The first of these by address, and its first column that differs. */
  first: string | null;
}

export interface ComparedRun {
  db: Database;
  run: string;
}

/** Compares all that two runs have stored of a training iteration and that enters a digest, table by table. */
export const compareIteration = (
  original: ComparedRun,
  again: ComparedRun,
  iteration: number,
): Promise<TableComparison[]> =>
  compareTables(original, again, Object.keys(tableRules), { iteration });

/** Tables with what came of attempts; what was learnt from them is in others. */
const ofAttempts = ['results', 'grades', 'losses'];

/** The same of what came of the attempts of one group of it. */
export const compareGroup = (
  original: ComparedRun,
  again: ComparedRun,
  iteration: number,
  slot: number,
): Promise<TableComparison[]> => compareTables(original, again, ofAttempts, { iteration, slot });

async function compareTables(
  original: ComparedRun,
  again: ComparedRun,
  tables: readonly string[],
  at: ComparedPlace,
): Promise<TableComparison[]> {
  const comparisons: TableComparison[] = [];
  for (const table of tables) {
    const rule = tableRules[table]!;
    for (const part of partsOf(rule)) {
      if (part.iteration === null) continue;
      const read = (of: ComparedRun) => readPart(of, { table, rule, part, ...at });
      comparisons.push(
        compare(nameOf(table, rule, part), rule, await read(original), await read(again)),
      );
    }
  }
  return comparisons;
}

const nameOf = (table: string, rule: TableRule, { iteration }: Part): string =>
  iteration === rule.iteration ? table : `${table} (${iteration})`;

type Row = Record<string, unknown>;

interface ComparedPlace {
  iteration: number;
  /** The one group that is compared; all unless told. */
  slot?: number;
}

interface Wanted extends ComparedPlace {
  table: string;
  rule: TableRule;
  part: Part;
}

async function readPart({ db, run }: ComparedRun, wanted: Wanted): Promise<Row[]> {
  const { table, rule, part, iteration, slot } = wanted;
  const ofTrack =
    typeof rule.track === 'string' ? '' : `AND ${rule.track.column} = '${Track.Train}'`;
  const { rows } = await db.pool.query<Row>(
    `SELECT ${[...new Set(part.columns)].join(', ')} FROM ${table}
     WHERE run = $1 AND ${part.iteration} = $2 ${ofTrack} ${slot === undefined ? '' : 'AND slot = $3'}
     ORDER BY ${rule.order.join(', ')}`,
    [run, iteration, ...(slot === undefined ? [] : [slot])],
  );
  return rows;
}

function compare(what: string, rule: TableRule, original: Row[], again: Row[]): TableComparison {
  const addressOf = (row: Row): string =>
    rule.order.map((column) => `${column} ${String(row[column])}`).join(', ');
  const byAddress = new Map(again.map((row) => [addressOf(row), row]));
  const known = new Set(original.map(addressOf));
  const differences = [
    ...original.map((row) => differenceOf(addressOf(row), row, byAddress.get(addressOf(row)))),
    ...again
      .map(addressOf)
      .filter((address) => !known.has(address))
      .map(onlyAgain),
  ].filter((difference) => difference !== null);
  const counts = { original: original.length, again: again.length };
  return { what, ...counts, differing: differences.length, first: differences[0] ?? null };
}

const onlyAgain = (address: string): string => `${address}: not in the record`;

function differenceOf(address: string, original: Row, again: Row | undefined): string | null {
  if (!again) return `${address}: not made again`;
  const column = Object.keys(original).find(
    (name) => !canonicalBytes(original[name]).equals(canonicalBytes(again[name])),
  );
  return column === undefined ? null : `${address}: ${column}`;
}
