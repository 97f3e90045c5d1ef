import type { Database } from '../database.ts';

/** So that one value can be changed at a time. */
export async function dropConstraints(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ sql: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS sql
     FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')`,
  );
  for (const { sql } of rows) await db.pool.query(sql);
}

/** SQL of another value than a column has. */
export function otherValue(column: string, type: string): string {
  if (type === 'integer' || type === 'bigint') return `coalesce(${column}, 0) + 1000`;
  if (type === 'double precision') return `coalesce(nullif(${column}, 0) * 1.0000000000000004, 1)`;
  if (type === 'text') return `coalesce(${column}, '') || 'x'`;
  if (type === 'boolean') return `NOT ${column}`;
  if (type === 'ARRAY') return `${column} || ${column}[1:1]`;
  if (type === 'jsonb') return `coalesce(${column}, '{}') || '{"another": 1}'`;
  if (type === 'timestamp with time zone') return `coalesce(${column}, now()) + interval '1 s'`;
  throw new Error(`how to change a ${type}?`);
}
