import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { SchemaTooNewError } from './errors.ts';

const folder = new URL('./migrations/', import.meta.url);

/** Any number will do that no other program locks in this database. */
const lockKey = 0xace;

interface Migration {
  version: number;
  name: string;
  sql: string;
}

/**
 * Applies the numbered SQL files that the database lacks, in order, each in a transaction of its own. Racing
 * migrators wait for each other. There is no way back. With `schema` in that one, else where the connection is.
 * @throws SchemaTooNewError
 */
export async function migrate(url: string, schema?: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'ace migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    if (schema) await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    if (schema) await client.query(`SET search_path = ${schema}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS migrations (
        version integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
    );
    const migrations = await readMigrations();
    const applied = await appliedVersion(client, migrations.length);
    for (const migration of migrations.slice(applied)) await apply(client, migration);
  } finally {
    await client.end();
  }
}

/** SHA-256 of all migrations: names what a database that has them looks like. */
export async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, sql } of await readMigrations()) hash.update(`${name}\0${sql}\0`);
  return hash.digest('hex');
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number.parseInt(name, 10);
      if (version !== index + 1) throw new Error(`migration ${name}: expected number ${index + 1}`);
      return { version, name, sql: await readFile(new URL(name, folder), 'utf8') };
    }),
  );
}

async function appliedVersion(client: pg.Client, known: number): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM migrations',
  );
  const found = rows[0]!.version;
  if (found > known) throw new SchemaTooNewError(found, known);
  return found;
}

/** The version's row comes first, so that a migrator without the lock would see the clash before any harm. */
async function apply(client: pg.Client, { version, name, sql }: Migration): Promise<void> {
  await client.query('BEGIN');
  await client.query('INSERT INTO migrations (version, name) VALUES ($1, $2)', [version, name]);
  await client.query(sql);
  await client.query('COMMIT');
}
