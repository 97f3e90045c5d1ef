import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableRules } from './columns.ts';
import { digestRun, digestWithin, type RunDigest } from './digest.ts';
import { firstDifference, formatDigest } from './digest-text.ts';
import { badLuck, goodLuck, openTestRun, playedConfig, playRun } from './testing/play-run.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { dropConstraints, otherValue } from './testing/tamper.ts';

let test: TestDatabase;
let tx: pg.PoolClient;
let played: RunDigest;
let present: Column[];

beforeAll(async () => {
  test = await createTestDatabase();
  await playRun(test.db, 'played');
  await dropConstraints(test.db);
  present = await columnsOfDatabase();
  played = await digestRun(test.db, 'played');
  tx = await test.db.pool.connect();
});

afterAll(async () => {
  tx?.release();
  await test?.drop();
});

interface Column {
  table: string;
  column: string;
  type: string;
}

async function columnsOfDatabase(): Promise<Column[]> {
  const { rows } = await test.db.pool.query<Column>(
    `SELECT table_name AS table, column_name AS column, data_type AS type
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
  );
  return rows;
}

const listed = Object.entries(tableRules).flatMap(([table, { columns }]) =>
  Object.entries(columns).map(([column, rule]) => ({ table, column, isIn: 'in' in rule })),
);

/** The digest after one value of one row is another. */
function digestWithOther(table: string, column: string): Promise<RunDigest> {
  const { type } = present.find((known) => known.table === table && known.column === column)!;
  return digestAfter(
    `UPDATE ${table} SET ${column} = ${otherValue(column, type)}
     WHERE ctid = (SELECT max(ctid) FROM ${table} WHERE run = 'played')`,
  );
}

/** The digest after statements that each change something, in a transaction that leaves no trace. */
async function digestAfter(...statements: string[]): Promise<RunDigest> {
  await tx.query('BEGIN');
  try {
    for (const sql of statements) expect((await tx.query(sql)).rowCount).toBeGreaterThan(0);
    return await digestWithin(tx, 'played');
  } finally {
    await tx.query('ROLLBACK');
  }
}

describe('the list of columns', () => {
  it('names every column of every table, and none that there is not', () => {
    const name = ({ table, column }: { table: string; column: string }) => `${table}.${column}`;
    expect(listed.map(name).sort()).toEqual(present.map(name).sort());
  });

  it('gives a reason for each', () => {
    const reasons = Object.values(tableRules).flatMap(({ columns }) =>
      Object.values(columns).map((rule) => ('in' in rule ? rule.in : rule.out)),
    );
    expect(reasons.filter((reason) => reason.trim() === '')).toEqual([]);
  });
});

describe('the digest and each column', () => {
  const filled = listed.filter(({ table }) => table !== 'losses' && table !== 'migrations');

  it.each(filled.filter(({ isIn }) => isIn))(
    'differs for another $column of $table',
    async ({ table, column }) => {
      const other = await digestWithOther(table, column);
      expect(other.total).not.toBe(played.total);
      expect(other.tables[table]).not.toBe(played.tables[table]);
      expect(firstDifference(played, other)).toContain(table);
    },
  );

  it.each(filled.filter(({ isIn, column }) => !isIn && column !== 'run'))(
    'is the same for another $column of $table',
    async ({ table, column }) => {
      expect(await digestWithOther(table, column)).toEqual(played);
    },
  );
});

describe('the digest of two runs', () => {
  it('is the same under another name, host and order, with other tries and epochs', async () => {
    const other = await createTestDatabase();
    await playRun(other.db, 'older, of the same database', goodLuck, { ...playedConfig, seed: 9 });
    await playRun(other.db, 'another name', badLuck);
    expect(await digestRun(other.db, 'another name')).toEqual(played);
    await other.drop();
  });

  it('names the config when that differs', async () => {
    await playRun(test.db, 'another seed', goodLuck, { ...playedConfig, seed: 2 });
    const other = await digestRun(test.db, 'another seed');
    expect(firstDifference(played, other)).toBe('config or data (table runs)');
  });

  it('names the first iteration that differs and its tables, in order of cause and effect', async () => {
    const other = await digestAfter(
      `UPDATE grades SET score = 0.1 WHERE track = 'train' AND iteration >= 2 AND valid`,
      `UPDATE rewards SET reward = 0.2 WHERE iteration >= 2`,
    );
    expect(firstDifference(played, other)).toBe('iteration 2: grades, rewards');
    expect(firstDifference(other, played)).toBe('iteration 2: grades, rewards');
  });

  it('names an eviction by the iteration that evicted', async () => {
    const other = await digestAfter(
      'UPDATE states SET evicted_reason = NULL, evicted_iteration = NULL WHERE evicted_iteration = 3',
    );
    expect(firstDifference(played, other)).toBe('iteration 3: states');
  });

  it('names an evaluation, and what only one of the two has', async () => {
    const graded = await digestAfter(
      `UPDATE grades SET score = 0.1 WHERE track = 'evaluation' AND iteration = 3 AND valid`,
    );
    expect(firstDifference(played, graded)).toBe('evaluation of version 3: grades');
    await openTestRun(test.db, 'played no further', playedConfig);
    const started = await digestRun(test.db, 'played no further');
    expect(firstDifference(played, started)).toBe('iteration 0: update_metrics, versions');
    // A run without changes of limits keeps the digest that it had before there were any.
    expect(started.tables).not.toHaveProperty('limit_changes');
    const longer = await digestAfter(
      `INSERT INTO iterations (run, iteration) VALUES ('played', 4)`,
    );
    expect(firstDifference(played, longer)).toBe('iteration 4: only in the second');
    expect(firstDifference(longer, played)).toBe('iteration 4: only in the first');
  });

  it('finds no difference between equal digests', () => {
    expect(firstDifference(played, structuredClone(played))).toBeNull();
  });
});

describe('formatDigest', () => {
  it('prints the total, the tables and the iterations', () => {
    const text = formatDigest(played);
    expect(text).toMatch(/^total +[0-9a-f]{64}$/m);
    expect(text).toMatch(/^completions +[0-9a-f]{32}$/m);
    expect(text).toMatch(/^iteration 3 +[0-9a-f]{32}$/m);
    expect(text).toMatch(/^evaluation of version 0 +[0-9a-f]{32}$/m);
    expect(text).not.toMatch(/lost/);
  });

  it('says that lost attempts end the promise', async () => {
    const digest = await digestAfter(
      `INSERT INTO losses (run, track, iteration, slot, sample, why)
       VALUES ('played', 'train', 1, 0, 0, 'the host burned down')`,
    );
    expect(formatDigest(digest)).toMatch(/^1 attempt was lost: equality is not promised$/m);
    expect(firstDifference(played, digest)).toBe('iteration 1: losses');
  });
});
