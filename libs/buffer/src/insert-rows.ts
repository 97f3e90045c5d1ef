import type pg from 'pg';

/** Postgres takes at most 65,535 values in one statement. */
const maximumValues = 60_000;

/**
 * Inserts rows; one whose key exists is an error, so callers look first, under a lock. Table and columns
 * come from code, never from input; values are bound.
 */
export async function insertRows(
  tx: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  const perStatement = Math.floor(maximumValues / columns.length);
  for (let start = 0; start < rows.length; start += perStatement) {
    const part = rows.slice(start, start + perStatement);
    const lists = part.map((_, row) => placeholders(columns.length, row));
    await tx.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${lists.join(', ')}`,
      part.flat(),
    );
  }
}

const placeholders = (width: number, row: number): string =>
  `(${Array.from({ length: width }, (_, column) => `$${row * width + column + 1}`).join(', ')})`;
