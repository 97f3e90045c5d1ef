import type { Database } from '../database.ts';

/** Every row of every table, clocks included: to see that a call changed nothing. */
export async function contentsOf(db: Database): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const contents: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const { rows } = await db.pool.query(`SELECT to_jsonb(t) AS row FROM ${name} AS t ORDER BY 1`);
    contents[name] = rows;
  }
  return contents;
}
