import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SchemaTooNewError } from './errors.ts';
import { closeDatabase, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

let test: TestDatabase;
let known: number[];
beforeEach(async () => {
  test = await createTestDatabase();
  known = await versions();
});
afterEach(() => test?.drop());

const emptySchema = () => test.db.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');

async function versions(): Promise<number[]> {
  const { rows } = await test.db.pool.query<{ version: number }>(
    'SELECT version FROM migrations ORDER BY 1',
  );
  return rows.map(({ version }) => version);
}

describe('migrate', () => {
  it('applies each migration once when several processes start on an empty database', async () => {
    await emptySchema();
    await Promise.all([migrate(test.url), migrate(test.url), migrate(test.url)]);
    expect(await versions()).toEqual(known);
  });

  it('goes on from where the database stands', async () => {
    await test.db.pool.query('DELETE FROM migrations WHERE version >= 4');
    await test.db.pool.query(
      `ALTER TABLE runs DROP COLUMN series, DROP COLUMN origin_run, DROP COLUMN origin_version,
         DROP COLUMN origin_sha256, DROP COLUMN origin_state_path`,
    );
    await test.db.pool.query(
      'DROP TABLE epochs, update_metrics, versions, decisions, group_outcomes, rewards, iterations',
    );
    await test.db.pool.query('ALTER TABLE results DROP COLUMN image');
    await migrate(test.url);
    expect(await versions()).toEqual(known);
    await test.db.pool.query('SELECT FROM update_metrics');
  });

  it('leaves nothing of a migration that fails', async () => {
    await emptySchema();
    await test.db.pool.query('CREATE TABLE priors ()');
    await expect(migrate(test.url)).rejects.toThrow(/priors/);
    expect(await versions()).toEqual([1]);
    await expect(test.db.pool.query('SELECT FROM states')).rejects.toThrow(/states/);
  });

  it('refuses a database of a newer release', async () => {
    await test.db.pool.query(`INSERT INTO migrations (version, name) VALUES (99, 'later')`);
    await expect(openDatabase(test.url)).rejects.toThrow(SchemaTooNewError);
    const message = `at version 99, this release knows ${known.length}`;
    await expect(openDatabase(test.url)).rejects.toThrow(message);
  });
});

describe('numbers', () => {
  it('come back as the doubles and integers that went in', async () => {
    const db = await openDatabase(test.url);
    const doubles = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, Math.fround(-2.3), Math.PI];
    const { rows } = await db.pool.query<{ doubles: number[]; one: number; big: number }>(
      'SELECT $1::double precision[] AS doubles, $2::double precision AS one, $3::bigint AS big',
      [doubles, 1 / 3, 2 ** 48],
    );
    expect(rows).toEqual([{ doubles, one: 1 / 3, big: 2 ** 48 }]);
    await expect(db.pool.query('SELECT 9007199254740993::bigint')).rejects.toThrow(/safe integer/);
    await closeDatabase(db);
  });
});
