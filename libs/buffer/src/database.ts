import pg from 'pg';
import { migrate } from './migrate.ts';

const idleInTransactionMs = 60_000;
const dedicatedConnectMs = 10_000;

/** A migrated schema of a database. Every function of this room takes one first. */
export interface Database {
  readonly pool: pg.Pool;
}

/** For a transaction that reads many tables, all as they were at one moment. */
export const oneMoment = 'ISOLATION LEVEL REPEATABLE READ';

/** Where an iteration is done again beside the original, so that nothing of the original can change. */
const scratchSchema = 'ace_scratch';

/**
 * Connects and brings the schema up to date.
 * @throws SchemaTooNewError, and what Postgres throws when it cannot be reached.
 */
export const openDatabase = (url: string): Promise<Database> => open(url);

/** As {@link openDatabase}, of the schema for what is done again only to be compared. */
export const openScratch = (url: string): Promise<Database> => open(url, scratchSchema);

async function open(url: string, schema?: string): Promise<Database> {
  await migrate(url, schema);
  const pool = new pg.Pool({
    connectionString: url,
    ...(schema && { options: `-c search_path=${schema}` }),
    types: numbers(),
    application_name: 'ace',
    // A process that froze in a transaction must not hold a run's row for ever.
    idle_in_transaction_session_timeout: idleInTransactionMs,
  });
  // A connection that dies fails the query that uses it; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', ignore));
  pool.on('error', ignore);
  return { pool };
}

export const closeDatabase = (db: Database): Promise<void> => db.pool.end();

/** A connection of its own with the pool's settings, for LISTEN. The caller connects and ends it. */
export function dedicatedClient(db: Database): pg.Client {
  const client = new pg.Client({
    ...db.pool.options,
    connectionTimeoutMillis: dedicatedConnectMs,
  });
  client.on('error', ignore);
  return client;
}

/**
 * Runs `body` in one transaction: all of it is stored, or nothing. `body` queries through `tx` alone: a
 * second connection from the pool would wait for this one.
 */
export async function transaction<T>(
  db: Database,
  body: (tx: pg.PoolClient) => Promise<T>,
  mode = '',
): Promise<T> {
  const tx = await db.pool.connect();
  try {
    await tx.query(`BEGIN ${mode}`);
    const value = await body(tx);
    await commit(tx);
    tx.release();
    return value;
  } catch (error) {
    await rollBack(tx);
    throw error;
  }
}

/** Postgres answers COMMIT of a failed transaction with ROLLBACK, not with an error. */
async function commit(tx: pg.PoolClient): Promise<void> {
  const { command } = await tx.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('the transaction failed and was rolled back');
}

async function rollBack(tx: pg.PoolClient): Promise<void> {
  try {
    await tx.query('ROLLBACK');
    tx.release();
  } catch (error) {
    tx.release(error instanceof Error ? error : true);
  }
}

/** Counts and byte sizes are bigint in SQL and safe integers here. */
function numbers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, safeInteger);
  return types;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer`);
  return value;
}

const ignore = (): void => undefined;
