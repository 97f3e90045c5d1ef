import { firstDifference, openAttempts, readRun } from '@ace/buffer';
import { Track } from '@ace/config';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxesFolder } from '../src/services/sandboxes.ts';
import { ace } from './ace.ts';
import { setEnvironment } from './environment.ts';
import { eventually } from './eventually.ts';
import { ownCompetitions, startSystem, type System } from './system.ts';

const competition = 'concrete-strength';
/** One attempt at least comes to a submission, which a grader has to read. */
const config = {
  ...{ seed: 4, iterations: 1, groups: 1, groupSize: 6, giveUpAfterSeconds: 4 },
  competitions: { train: [competition], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

let system: System;
let restore: () => void;
beforeAll(async () => {
  restore = setEnvironment({ ACE_SANDBOX: 'bubblewrap' });
  system = await startSystem({ copyCompetitions: true });
}, 120_000);
afterAll(async () => {
  restore();
  await system?.end();
}, 60_000);

interface Printed {
  failure: { command: string; reason: string } | null;
  failed: { attempt: number }[];
  retried: { tries: number; since: string; attempt: number }[];
}
const errors = (run: string): Promise<string> => ace(system.home, 'errors', run);
const errorsAsJson = async (run: string): Promise<Printed> =>
  JSON.parse(await ace(system.home, 'errors', run, '--json')) as Printed;

/** Breaks something; resolves with what mends it. */
type Break = () => Promise<() => Promise<void>>;

/** Nothing can start where the folder of the executions is a file. */
async function breakSandboxes(): Promise<() => Promise<void>> {
  const executions = join(sandboxesFolder(system.home), 'executions');
  await rename(executions, `${executions}.aside`);
  await writeFile(executions, '');
  return async () => {
    await rm(executions);
    await rename(`${executions}.aside`, executions);
  };
}

async function breakGrader(): Promise<() => Promise<void>> {
  const folder = join(ownCompetitions(system.home), competition, 'prepared', 'private');
  const answers = join(folder, 'answers.csv');
  await rename(answers, `${answers}.aside`);
  return () => rename(`${answers}.aside`, answers);
}

/** As `ace errors` says: one group alone, before the run goes on. */
async function tryOneGroup(run: string, command: string): Promise<void> {
  const group = { run, track: Track.Train, iteration: 1, slot: 0 };
  const before = await openAttempts(system.db, group);
  expect(before.length).toBeGreaterThan(0);
  const said = await ace(system.home, ...command.split(' '));
  const became = new RegExp(
    `^${run}: iteration 1, group 0: ${before.length} open attempts? became `,
    'm',
  );
  expect(said).toMatch(became);
  expect(said).toContain(`\nthe run goes on with: npm run ace -- retry ${run} 1\n`);
  expect(await openAttempts(system.db, group)).toEqual([]);
  expect(await readRun(system.db, run)).toMatchObject({ status: 'blocked' });

  const refused = { run, iteration: 1, mode: 'retry', group: 1 };
  const options = { workflowId: `${run}/retry/1/group/1`, taskQueue: 'ace', args: [refused] };
  await expect(system.client.workflow.execute('replayIteration', options)).rejects.toMatchObject({
    cause: { cause: { message: expect.stringMatching(/^group: expected 0 to 0/) as string } },
  });
}

const place = { iteration: 1, evaluation: null, group: 0 };

describe('`ace errors`', () => {
  it('says of a run in which nothing failed that nothing is wrong', async () => {
    await system.train('undisturbed', config);
    await system.ended('undisturbed');
    const query = `SELECT FROM results WHERE run = 'undisturbed' AND submission_sha IS NOT NULL`;
    expect((await system.db.pool.query(query)).rowCount).toBeGreaterThan(0);
    expect(await errors('undisturbed')).toBe('undisturbed is finished: nothing is wrong\n');
  }, 60_000);

  it('shows what is tried again: where, why, how often, since when', async () => {
    const mend = await breakSandboxes();
    const run = 'tried-again';
    const startedAt = Date.now();
    await system.train(run, { ...config, giveUpAfterSeconds: 600 });
    await eventually('an attempt is tried again', async () => {
      return (await errorsAsJson(run)).retried.length > 0;
    });
    const { retried, failure } = await errorsAsJson(run);
    expect(failure).toBeNull();
    for (const { tries, since, attempt, ...step } of retried) {
      expect(step).toEqual({
        ...{ ...place, step: 'execute', workflow: `${run}/iteration/1/group/0` },
        reason: expect.stringMatching(/ENOTDIR|EEXIST/) as string,
      });
      expect([tries > 0, attempt < config.groupSize]).toEqual([true, true]);
      expect(Date.parse(since)).toBeGreaterThan(startedAt);
    }
    const text = await errors(run);
    expect(text).toMatch(/^retried {3}iteration 1, group 0, attempt \d: execute$/m);
    expect(text).toContain('npm run ace -- doctor');
    await system.client.workflow.getHandle(run).terminate('a test');
    expect(await errors(run)).toContain(`npm run ace -- train --name ${run}`);
    await mend();
  }, 120_000);

  it.each<[string, string, Break]>([
    ['sandboxes cannot start', 'execute', breakSandboxes],
    ['the grader is broken', 'grade', breakGrader],
  ])(
    'shows what blocks a run when %s; what it says to do goes on to the same digest',
    async (what, step, breakIt) => {
      const run = what.replaceAll(' ', '-');
      const mend = await breakIt();
      await system.train(run, config);
      const isBlocked = async () => (await readRun(system.db, run))?.status === 'blocked';
      await eventually('the run is blocked', isBlocked, 90);

      const { failure, failed } = await errorsAsJson(run);
      expect(failure?.reason).toMatch(new RegExp(`^${step} has failed for 0\\.\\d min, last with`));
      expect(failed).toEqual([
        expect.objectContaining({
          ...{ ...place, step, workflow: `${run}/iteration/1/group/0`, overcome: false },
          ...{ reason: failure?.reason, attempt: expect.any(Number) as number },
        }),
      ]);
      const words = `where     iteration 1, group 0, attempt ${failed[0]!.attempt}: ${step}\n`;
      const text = await errors(run);
      expect(text).toContain(words);
      expect(text).toContain(`\n          npm run ace -- retry ${run} 1\n`);
      const alone = `replay ${run} --iteration 1 --mode retry --group 0`;
      expect(text).toContain(`\n          npm run ace -- ${alone}\n`);
      expect(failure?.command).toBe(`npm run ace -- retry ${run} 1`);

      await mend();
      if (step === 'grade') await tryOneGroup(run, alone);
      await ace(system.home, ...failure!.command.split(' ').slice(4));
      await system.ended(run);
      const digest = await system.digest('undisturbed');
      expect(firstDifference(digest, await system.digest(run))).toBeNull();
      expect(await errors(run)).toMatch(
        /^.* is finished: nothing is wrong now\n\nmended {4}iteration 1, group 0, attempt/,
      );
    },
    150_000,
  );
});
