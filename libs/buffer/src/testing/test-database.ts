import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { closeDatabase, type Database, openDatabase } from '../database.ts';
import { migrate, migrationsHash } from '../migrate.ts';

/** A fresh, migrated database of its own. */
export interface TestDatabase {
  url: string;
  db: Database;
  /** Closes `db` and removes the database with whoever is connected to it. */
  drop(): Promise<void>;
}

/**
 * Creates a database from a migrated template on the server that `adminUrl` names, by default the one in
 * ACE_TEST_DATABASE_URL. The first call after a change of the migrations makes the template.
 */
export async function createTestDatabase(
  adminUrl = process.env.ACE_TEST_DATABASE_URL,
): Promise<TestDatabase> {
  if (!adminUrl) throw new Error('ACE_TEST_DATABASE_URL: expected the URL of a Postgres server');
  const name = `ace_test_${randomBytes(8).toString('hex')}`;
  await asAdmin(adminUrl, async (admin) => {
    const template = await templateOf(adminUrl, admin);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const url = databaseUrl(adminUrl, name);
  const db = await openDatabase(url);
  const drop = async (): Promise<void> => {
    await closeDatabase(db);
    await asAdmin(adminUrl, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
  };
  return { url, db, drop };
}

/** Migrated under another name and renamed, so that a template under its name is always whole. */
async function templateOf(adminUrl: string, admin: pg.Client): Promise<string> {
  const template = `ace_template_${(await migrationsHash()).slice(0, 16)}`;
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount === 0) {
    const aside = `${template}_aside`;
    await admin.query(`DROP DATABASE IF EXISTS ${aside} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${aside}`);
    await migrate(databaseUrl(adminUrl, aside));
    await admin.query(`ALTER DATABASE ${aside} RENAME TO ${template}`);
  }
  await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  return template;
}

async function asAdmin<T>(adminUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
