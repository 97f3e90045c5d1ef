import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableRules } from './columns.ts';
import { compareGroup, compareIteration } from './compare-iteration.ts';
import { partsOf } from './digest.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { badLuck, playRun } from './testing/play-run.ts';
import { dropConstraints, otherValue } from './testing/tamper.ts';

const iteration = 2;

let test: TestDatabase;
let tx: pg.PoolClient;
let types: Map<string, string>;

beforeAll(async () => {
  test = await createTestDatabase();
  await playRun(test.db, 'original');
  await playRun(test.db, 'again', badLuck);
  await dropConstraints(test.db);
  tx = await test.db.pool.connect();
  const { rows } = await tx.query<{ name: string; type: string }>(
    `SELECT table_name || '.' || column_name AS name, data_type AS type
     FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  types = new Map(rows.map(({ name, type }) => [name, type]));
});

afterAll(async () => {
  tx?.release();
  await test?.drop();
});

/** Within the transaction, so that what was changed can be taken back. */
const recordOf = (run: string) => ({ db: { pool: tx as unknown as pg.Pool }, run });

const compare = () => compareIteration(recordOf('original'), recordOf('again'), iteration);

const digested = Object.entries(tableRules).flatMap(([table, rule]) =>
  partsOf(rule).flatMap(({ iteration: at, columns }) =>
    at === null
      ? []
      : [...new Set(columns)].map((column) => ({ table, at, column, track: rule.track })),
  ),
);

describe('two records of an iteration', () => {
  it('are equal table by table, whatever went wrong on the way', async () => {
    const tables = await compare();
    expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
    const empty = tables.filter(({ original }) => original === 0).map(({ what }) => what);
    expect(empty).toEqual(['losses']);
  });

  const filled = digested.filter(({ table }) => table !== 'losses');

  it.each(filled)('differ for another $column of $table', async ({ table, at, column, track }) => {
    const ofTrack = typeof track === 'string' ? '' : `AND ${track.column} = 'train'`;
    await tx.query('BEGIN');
    try {
      const { rowCount } = await tx.query(
        `UPDATE ${table} SET ${column} = ${otherValue(column, types.get(`${table}.${column}`)!)}
         WHERE ctid = (SELECT max(ctid) FROM ${table}
           WHERE run = 'again' AND ${at} = ${iteration} ${ofTrack})`,
      );
      expect(rowCount).toBe(1);
      const differing = (await compare()).filter((one) => one.differing > 0);
      expect(differing.map(({ what }) => what.split(' ')[0])).toContain(table);
      expect(differing.every(({ first }) => first !== null)).toBe(true);
    } finally {
      await tx.query('ROLLBACK');
    }
  });

  it('differ for a row that is in one of them only', async () => {
    await tx.query('BEGIN');
    try {
      await tx.query(`DELETE FROM grades WHERE (run, track, iteration, slot, sample)
        = ('again', 'train', ${iteration}, 0, 1)`);
      const grades = (await compare()).find(({ what }) => what === 'grades');
      expect(grades).toMatchObject({ original: 6, again: 5, differing: 1 });
      expect(grades?.first).toBe('track train, iteration 2, slot 0, sample 1: not made again');
    } finally {
      await tx.query('ROLLBACK');
    }
  });
});

describe('two records of one group', () => {
  const compareSlot = (slot: number) =>
    compareGroup(recordOf('original'), recordOf('again'), iteration, slot);

  it('hold what came of its attempts alone', async () => {
    const tables = await compareSlot(1);
    const counts = { original: 3, again: 3, differing: 0, first: null };
    expect(tables).toEqual([
      { what: 'results', ...counts },
      { what: 'grades', ...counts },
      { what: 'losses', ...counts, original: 0, again: 0 },
    ]);
  });

  it.each([
    ['grades', `invalid_reason = 'x'`],
    ['results', `verdict = 'x'`],
    ['completions', `code_hash = 'x'`],
  ])('differ for what came of its own attempts, not for another %s', async (table, change) => {
    await tx.query('BEGIN');
    try {
      const { rowCount } = await tx.query(`UPDATE ${table} SET ${change}
        WHERE (run, track, iteration, slot, sample) = ('again', 'train', ${iteration}, 1, 2)`);
      expect(rowCount).toBe(1);
      const differing = async (slot: number) =>
        (await compareSlot(slot)).flatMap(({ what, differing }) => (differing > 0 ? [what] : []));
      expect(await differing(0)).toEqual([]);
      expect(await differing(1)).toEqual(table === 'completions' ? [] : [table]);
    } finally {
      await tx.query('ROLLBACK');
    }
  });
});
