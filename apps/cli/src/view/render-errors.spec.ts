import { describe, expect, it } from 'vitest';
import type { FailedStep, RunErrors, SetbackView, Trouble } from '../trouble/contract.ts';
import { Standing } from './live-view.ts';
import { renderErrors } from './render-errors.ts';
import { colours, noPaint, widthOf } from './text.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

const well: RunErrors = {
  ...{ run: 'quickstart-3', status: Standing.Running, worker: true, failure: null },
  ...{ failed: [], retried: [], stalled: [], setbacks: [], setbacksInAll: 0 },
  giveUpAfterSeconds: 1800,
};

const inIteration = { iteration: 4, evaluation: null, group: 2, attempt: 3 };

const retried: Trouble = {
  ...{ ...inIteration, workflow: 'quickstart-3/iteration/4/group/2', step: 'grade' },
  reason: 'the grader ended with status 1: Traceback (most recent call last): '.repeat(3).trim(),
  ...{ tries: 7, since: '2026-01-01T11:54:40Z' },
};

const failed: FailedStep = {
  ...{ ...inIteration, workflow: 'quickstart-3/iteration/4/group/2', step: 'grade' },
  reason: 'grade has failed for 30.1 min, last with: the grader ended with status 1',
  ...{ tries: 361, since: '2026-01-01T11:20:00Z' },
  ...{ failedAt: '2026-01-01T11:50:06Z', overcome: false },
};

const blocked: RunErrors = {
  ...{ ...well, status: Standing.Blocked, failed: [failed] },
  failure: {
    ...{ iteration: 4, step: 'iteration 4', reason: failed.reason },
    remedy: 'mend the cause, then send the update retryIteration(4)',
    command: 'npm run ace -- retry quickstart-3 4',
  },
};

const lost: SetbackView = {
  ...{ kind: 'execution', reason: 'taken over by host-2', count: 8, overcome: true },
  ...{ iteration: 3, evaluation: null, group: 1, attempt: 0, number: 1, host: 'host-1' },
  lastAt: '2026-01-01T11:40:00Z',
};

const text = (errors: RunErrors): string => renderErrors(errors, now, noPaint).join('\n');

describe('renderErrors', () => {
  it('says that nothing is wrong', () => {
    expect(text(well)).toBe('quickstart-3 is running: nothing is wrong');
  });

  it('shows what blocks a run, where, and the command that goes on', () => {
    expect(text(blocked)).toMatchInlineSnapshot(`
      "quickstart-3 is blocked

      blocked   iteration 4
      because   grade has failed for 30.1 min, last with: the grader ended with status
                1
      to do     mend the cause, then send the update retryIteration(4):
                npm run ace -- retry quickstart-3 4

      where     iteration 4, group 2, attempt 3: grade
      tried     361 tries failed in 30 min 06 s
      when      9 min 54 s ago
      to try    this group alone, to see whether the cause is mended:
                npm run ace -- replay quickstart-3 --iteration 4 --mode retry --group 2
      workflow  quickstart-3/iteration/4/group/2"
    `);
  });

  it('offers to try one group alone where a group of an iteration holds up the run', () => {
    const alone = '--mode retry --group';
    expect(text(blocked)).toContain(alone);
    expect(text({ ...blocked, failure: null })).not.toContain(alone);
    for (const other of [
      { overcome: true },
      { group: null, attempt: null },
      { iteration: null, evaluation: 4 },
    ]) {
      expect(text({ ...blocked, failed: [{ ...failed, ...other }] })).not.toContain(alone);
    }
  });

  it('shows what is tried again by itself', () => {
    expect(text({ ...well, retried: [retried] })).toMatchInlineSnapshot(`
      "quickstart-3 is running

      retried   iteration 4, group 2, attempt 3: grade
      because   the grader ended with status 1: Traceback (most recent call last): the
                grader ended with status 1: Traceback (most recent call last): the
                grader ended with status 1: Traceback (most recent call last):
      tried     7 tries failed in 5 min 20 s
      to do     nothing: it is tried again for 30 min 00 s at most. What does not
                answer:
                npm run ace -- doctor
      workflow  quickstart-3/iteration/4/group/2"
    `);
  });

  it('shows what waits for nothing, and how it goes on', () => {
    const child = 'quickstart-3/iteration/4';
    const place = { ...inIteration, group: null, attempt: null };
    const one = { ...place, child, workflow: 'quickstart-3' };
    const stalled = [one, { ...one, iteration: 5 }];
    expect(text({ ...well, stalled })).toMatchInlineSnapshot(`
      "quickstart-3 is running

      waits     quickstart-3 waits for what is over: iteration 4; iteration 5
      because   it was reset to a point after that began, and was closed when that
                ended
      to do     nothing: a worker that is at work wakes it within half a minute"
    `);
  });

  it('tells what is over from what is not', () => {
    const epoch: SetbackView = {
      ...{ ...lost, kind: 'epoch', reason: 'superseded by epoch 3 of host-2', count: 1 },
      ...{ iteration: null, group: null, attempt: null, number: 2 },
    };
    const setbacks = [lost, epoch];
    const overcome = [{ ...failed, overcome: true }];
    expect(text({ ...well, failed: overcome, setbacks, setbacksInAll: 4 })).toMatchInlineSnapshot(`
      "quickstart-3 is running: nothing is wrong now

      mended    8 executions lost, the last: iteration 3, group 1, attempt 0, on
                host-1
      because   taken over by host-2
      when      20 min 00 s ago; done again since

      mended    1 model on the engine replaced: on host-1
      because   superseded by epoch 3 of host-2
      when      20 min 00 s ago; done again since

      mended    iteration 4, group 2, attempt 3: grade
      because   grade has failed for 30.1 min, last with: the grader ended with status
                1
      tried     361 tries failed in 30 min 06 s
      when      9 min 54 s ago; started again since
      workflow  quickstart-3/iteration/4/group/2

      and       2 more kinds of losses before these"
    `);
  });

  it('says how a run goes on that nobody works on', () => {
    const goOn = 'npm run ace -- train --name quickstart-3';
    expect(text({ ...well, worker: false })).toContain(goOn);
    expect(text({ ...well, status: Standing.Stopped })).toContain(goOn);
    expect(text({ ...well, status: Standing.Finished, worker: false })).not.toContain(goOn);
  });

  it('names the worker’s release where its workflow task fails, and no end of patience', () => {
    const step = { ...retried, step: 'workflow task', group: null, attempt: null };
    expect(text({ ...well, retried: [step] })).toContain('a worker of the release');
    const waiting = { ...retried, step: 'awaitTurn' };
    expect(text({ ...well, retried: [waiting] })).not.toContain('at most');
  });

  it('stays within 80 columns', () => {
    const all = { ...blocked, retried: [retried], setbacks: [lost], setbacksInAll: 9 };
    const lines = renderErrors(all, now, colours).filter((line) => !line.includes('npm run'));
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
  });
});
