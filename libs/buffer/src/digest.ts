import { Track } from '@ace/config/pure';
import { createHash, type Hash } from 'node:crypto';
import type pg from 'pg';
import { canonicalBytes } from './canonical.ts';
import { type TableRule, tableRules } from './columns.ts';
import { type Database, transaction } from './database.ts';
import { UnknownRunError } from './errors.ts';

/** SHA-256 digests (hex) of everything in a run that must not depend on luck. */
export interface RunDigest {
  total: string;
  /** By table, in the order of cause and effect; some only when the run has rows of them. */
  tables: Record<string, string>;
  /** In order of iterations, each `train` before the `evaluation` of the version that it made. */
  iterations: IterationDigest[];
  /** Attempts closed as lost: equality with another run is promised only when there are none. */
  losses: number;
}

export interface IterationDigest {
  track: Track;
  /** For evaluations the policy version. */
  iteration: number;
  digest: string;
  /** By table, only those with rows. */
  tables: Record<string, string>;
}

/**
 * The run's digest, of one moment.
 * @throws UnknownRunError
 */
export const digestRun = (db: Database, run: string): Promise<RunDigest> =>
  transaction(db, (tx) => digestWithin(tx, run), 'ISOLATION LEVEL REPEATABLE READ READ ONLY');

/** As {@link digestRun}, of what the transaction sees. */
export async function digestWithin(tx: pg.ClientBase, run: string): Promise<RunDigest> {
  const tables: Record<string, string> = {};
  const places = new Map<string, Place>();
  for (const [table, rule] of Object.entries(tableRules)) {
    const parts = partsOf(rule);
    if (parts.length === 0) continue;
    const { digest, count } = await digestTable(tx, run, { table, rule, parts }, places);
    if (count > 0 || !rule.unlessEmpty) tables[table] = digest;
  }
  const iterations = [...places.values()].sort(inOrder).map(digestOfPlace);
  return { total: combined(tables), tables, iterations, losses: await countLosses(tx, run) };
}

type Row = Record<string, unknown>;

/** The hashes of one iteration, by table. */
interface Place {
  track: Track;
  iteration: number;
  hashes: Map<string, Hash>;
}

/** Columns of a table that count for the same iteration: the one in `iteration`; null for none. */
export interface Part {
  iteration: string | null;
  columns: string[];
}

interface DigestedTable {
  table: string;
  rule: TableRule;
  parts: readonly Part[];
}

/** The columns that enter the digest, by the column that says for which iteration they count. */
export function partsOf(rule: TableRule): Part[] {
  const parts = new Map<string | null, Part>();
  for (const [name, column] of Object.entries(rule.columns)) {
    if (!('in' in column)) continue;
    const iteration = column.iteration ?? rule.iteration;
    const part = parts.get(iteration) ?? { iteration, columns: [...rule.order] };
    part.columns.push(name);
    parts.set(iteration, part);
  }
  return [...parts.values()];
}

/** Digests one table as a whole, and into the places that its rows count for. */
async function digestTable(
  tx: pg.ClientBase,
  run: string,
  { table, rule, parts }: DigestedTable,
  places: Map<string, Place>,
): Promise<{ digest: string; count: number }> {
  const whole = createHash('sha256');
  let count = 0;
  for await (const row of rowsOf(tx, run, { table, rule, parts })) {
    count++;
    for (const { iteration, columns } of parts) {
      const bytes = canonicalBytes(valuesOf(rule, columns, row));
      whole.update(bytes);
      const place = placeOf(rule, row, iteration);
      if (place) hashAt(places, place, table).update(bytes);
    }
  }
  if (table === 'runs' && count === 0) throw new UnknownRunError(run);
  return { digest: whole.digest('hex'), count };
}

/** A column that enters `unlessNull` comes with its name, so that none stands in for another. */
const valuesOf = ({ columns: rules }: TableRule, columns: readonly string[], row: Row): unknown[] =>
  columns.flatMap((column) => {
    const rule = rules[column];
    if (!rule || !('in' in rule) || !rule.unlessNull) return [row[column]];
    return row[column] === null ? [] : [[column, row[column]]];
  });

/** All rows of the run in address order, a part at a time: a run's record may be larger than memory. */
async function* rowsOf(
  tx: pg.ClientBase,
  run: string,
  { table, rule, parts }: DigestedTable,
): AsyncGenerator<Row> {
  const columns = new Set(parts.flatMap((part) => part.columns));
  const orderBy = rule.order.length > 0 ? `ORDER BY ${rule.order.join(', ')}` : '';
  await tx.query(
    `DECLARE digested NO SCROLL CURSOR FOR
     SELECT ${[...columns].join(', ')} FROM ${table} WHERE run = $1 ${orderBy}`,
    [run],
  );
  for (;;) {
    const { rows } = await tx.query<Row>('FETCH 500 FROM digested');
    if (rows.length === 0) break;
    yield* rows;
  }
  await tx.query('CLOSE digested');
}

/** null for rows of the run as a whole, and for what has not come to pass (a state that is not evicted). */
function placeOf(
  { track }: TableRule,
  row: Row,
  iterationColumn: string | null,
): { track: Track; iteration: number } | null {
  const iteration = iterationColumn === null ? null : (row[iterationColumn] as number | null);
  if (iteration === null) return null;
  return { track: typeof track === 'string' ? track : (row[track.column] as Track), iteration };
}

function hashAt(
  places: Map<string, Place>,
  at: { track: Track; iteration: number },
  table: string,
): Hash {
  const key = `${at.track}.${at.iteration}`;
  const place = places.get(key) ?? { ...at, hashes: new Map<string, Hash>() };
  places.set(key, place);
  const hash = place.hashes.get(table) ?? createHash('sha256');
  place.hashes.set(table, hash);
  return hash;
}

const inOrder = (a: Place, b: Place): number =>
  a.iteration - b.iteration || Number(a.track !== Track.Train) - Number(b.track !== Track.Train);

function digestOfPlace({ track, iteration, hashes }: Place): IterationDigest {
  const tables = Object.fromEntries([...hashes].map(([name, hash]) => [name, hash.digest('hex')]));
  return { track, iteration, digest: combined(tables), tables };
}

const combined = (tables: Record<string, string>): string =>
  createHash('sha256').update(canonicalBytes(tables)).digest('hex');

async function countLosses(tx: pg.ClientBase, run: string): Promise<number> {
  const { rows } = await tx.query<{ losses: number }>(
    'SELECT count(*) AS losses FROM losses WHERE run = $1',
    [run],
  );
  return rows[0]!.losses;
}
