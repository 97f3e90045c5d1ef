import { describe, expect, it } from 'vitest';
import { Standing } from '../view/live-view.ts';
import { failureOf } from './failure.ts';

const recorded = { iteration: 3, step: 'iteration 3', reason: 'disk full', remedy: 'mend it' };

describe('failureOf', () => {
  it('gives the command that goes on with a blocked run', () => {
    expect(
      failureOf({ run: 'r', standing: Standing.Blocked, recorded, reason: null }),
    ).toMatchObject({ ...recorded, command: 'npm run ace -- retry r 3' });
  });

  it('gives the command that starts a failed run again', () => {
    const failed = failureOf({ run: 'r', standing: Standing.Failed, recorded, reason: 'other' });
    expect(failed).toMatchObject({ reason: 'disk full', command: 'npm run ace -- train --name r' });
  });

  it("takes Temporal's words where the record has none", () => {
    const failed = failureOf({
      ...{ run: 'r', standing: Standing.Failed, recorded: null },
      reason: 'seed: expected a number',
    });
    expect(failed?.reason).toBe('seed: expected a number');
  });

  it.each([Standing.Running, Standing.Stopped, Standing.Finished])(
    'has nothing to say of a run that is %s',
    (standing) => {
      expect(failureOf({ run: 'r', standing, recorded, reason: null })).toBeNull();
    },
  );
});
