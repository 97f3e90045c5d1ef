import type { Phase } from '@ace/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeGrade } from './grades.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { gradeOf } from './testing/play-run.ts';
import { learn1, runAt, standAt, storedAttempts } from './testing/stored-group.ts';
import { type Admitted, waitForHalt } from './wait-for-halt.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.drop());

const act2: Phase = { kind: 'act', index: 2 };
const finish: Phase = { kind: 'finish', index: 2 };
const initialise: Phase = { kind: 'initialise', index: 0 };
const longest = 200;

/** Whether the run has halted by now. */
async function hasHalted(run: string, admitted: Admitted): Promise<boolean> {
  const options = { pollMs: 20, signal: AbortSignal.timeout(longest) };
  return waitForHalt(test.db, run, admitted, options).then(
    () => true,
    () => false,
  );
}

const upTo = (iteration: number, ...blocked: number[]): Admitted => ({ upTo: iteration, blocked });

describe('waitForHalt', () => {
  it.each([
    ['the first phase that nobody admitted', act2, upTo(1), true],
    ['a phase of what is admitted', act2, upTo(2), false],
    ['the start, before any iteration', initialise, upTo(0), false],
    ['a blocked phase', act2, upTo(2, 2), true],
    ['a phase before a blocked one', act2, upTo(3, 3), false],
    ['the end of a run whose last iteration is admitted', finish, upTo(2), false],
    ['the end, with an evaluation that is blocked', finish, upTo(2, 0), true],
  ] as const)('knows %s', async (what, phase, admitted, halted) => {
    await runAt(test.db, what, phase);
    expect(await hasHalted(what, admitted)).toBe(halted);
  });

  it('waits for the grades of what is admitted, and not for those of a blocked iteration', async () => {
    const attempts = await storedAttempts(test.db, 'open');
    await standAt(test.db, 'open', act2);
    expect(await hasHalted('open', upTo(1))).toBe(false);
    expect(await hasHalted('open', upTo(0))).toBe(true);
    await standAt(test.db, 'open', learn1);
    expect(await hasHalted('open', upTo(1, 1))).toBe(true);
    await standAt(test.db, 'open', act2);
    for (const attempt of attempts) await storeGrade(test.db, attempt, gradeOf(attempt));
    expect(await hasHalted('open', upTo(1))).toBe(true);
  });
});
