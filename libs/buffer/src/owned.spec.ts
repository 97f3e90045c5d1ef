import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimExecution, endExecution } from './executions.ts';
import { executionHosts, hostsExecuting } from './owned.ts';
import { storedAttempts } from './testing/stored-group.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

let test: TestDatabase;
beforeAll(async () => void (test = await createTestDatabase()));
afterAll(() => test.drop());

describe('executionHosts', () => {
  it('gives hosts once, the latest claim first, and forgets those that are idle for long', async () => {
    const { db } = test;
    const attempts = await storedAttempts(db, 'hosts');
    const [first, second, third] = attempts as [(typeof attempts)[0], ...typeof attempts];
    await claimExecution(db, first, 'north');
    await claimExecution(db, second!, 'south');
    await endExecution(db, second!, 1, 'host lost', 'a test');
    await claimExecution(db, second!, 'north');
    await claimExecution(db, third!, 'west');
    expect(await executionHosts(db, 30, 10)).toEqual(['west', 'north', 'south']);
    expect(await executionHosts(db, 30, 2)).toEqual(['west', 'north']);
    expect(await hostsExecuting(db, 'hosts')).toEqual(['north', 'west']);
    expect(await hostsExecuting(db, 'another')).toEqual([]);

    const backdate = `UPDATE executions SET claimed_at = claimed_at - interval '31 days'`;
    await db.pool.query(backdate);
    expect(await executionHosts(db, 30, 10)).toEqual(['west', 'north']);
    expect(await executionHosts(db, 32, 10)).toEqual(['west', 'north', 'south']);
  });
});
