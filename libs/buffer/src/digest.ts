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
  /** By table, in the order of cause and effect. */
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
    const columns = columnsIn(rule);
    if (columns.length === 0) continue;
    const whole = createHash('sha256');
    let count = 0;
    for await (const row of rowsOf(tx, table, columns, rule.order, run)) {
      whole.update(canonicalBytes(columns.map((column) => row[column])));
      addToIterations(places, table, rule, row);
      count++;
    }
    if (table === 'runs' && count === 0) throw new UnknownRunError(run);
    tables[table] = whole.digest('hex');
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

const columnsIn = ({ columns }: TableRule): string[] =>
  Object.keys(columns).filter((name) => 'in' in columns[name]!);

/** All rows of the run in address order, a part at a time: a run's record may be larger than memory. */
async function* rowsOf(
  tx: pg.ClientBase,
  table: string,
  columns: readonly string[],
  order: readonly string[],
  run: string,
): AsyncGenerator<Row> {
  const orderBy = order.length > 0 ? `ORDER BY ${order.join(', ')}` : '';
  await tx.query(
    `DECLARE digested NO SCROLL CURSOR FOR
     SELECT ${columns.join(', ')} FROM ${table} WHERE run = $1 ${orderBy}`,
    [run],
  );
  for (;;) {
    const { rows } = await tx.query<Row>('FETCH 500 FROM digested');
    if (rows.length === 0) break;
    yield* rows;
  }
  await tx.query('CLOSE digested');
}

/** A value counts for the row's iteration, or for the one that its column's rule names. */
function addToIterations(
  places: Map<string, Place>,
  table: string,
  rule: TableRule,
  row: Row,
): void {
  const track = typeof rule.track === 'string' ? rule.track : (row[rule.track.column] as Track);
  for (const [iterationColumn, columns] of columnsByIteration(rule)) {
    const iteration = row[iterationColumn] as number | null;
    if (iteration === null) continue;
    const values = [...rule.order, ...columns].map((column) => row[column]);
    hashAt(places, { track, iteration }, table).update(canonicalBytes(values));
  }
}

function columnsByIteration(rule: TableRule): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, column] of Object.entries(rule.columns)) {
    const iteration = 'in' in column ? (column.iteration ?? rule.iteration) : null;
    if (iteration !== null) groups.set(iteration, [...(groups.get(iteration) ?? []), name]);
  }
  return groups;
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
