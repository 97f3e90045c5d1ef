import { RunStanding } from '@ace/config';
import { describe, expect, it } from 'vitest';
import { runDetails, type ShownRun } from './run-details.ts';

const summary = {
  ...{ iteration: 3, attempts: 32, valid: 14, meanReward: 0.3214, states: 41 },
  ...{ bestReward: 0.81, bestRewardSoFar: 0.913 },
};
const shown: ShownRun = {
  ...{ run: 'night-1', iterations: 18, standing: RunStanding.Running, begun: 4, version: 3 },
  ...{ learnt: [summary], failures: [] },
};
const failure = {
  ...{ iteration: 4, step: 'iteration 4', reason: 'no engine', remedy: 'mend it, then retry' },
};
const nextOf = (over: Partial<ShownRun>): string | undefined =>
  /\*\*Next:\*\* (.*)$/m.exec(runDetails({ ...shown, ...over }))?.[1];

describe('runDetails', () => {
  it('shows progress, the last iterations and what comes next', () => {
    expect(runDetails(shown)).toBe(
      [
        '### running: iteration 4 of 18',
        'policy version 3, best reward so far 0.913',
        [
          '| iteration | valid | mean reward | best reward | states |',
          '| --- | --- | --- | --- | --- |',
          '| 3 | 14 of 32, 44 % | 0.321 | 0.810 | 41 |',
        ].join('\n'),
        '**Next:** iteration 4 makes policy version 4, then iteration 5 begins.',
      ].join('\n\n'),
    );
  });

  it('shows an iteration whose attempts were all lost', () => {
    const lost = { ...summary, attempts: 0, valid: 0, meanReward: null, bestReward: null };
    expect(runDetails({ ...shown, learnt: [lost] })).toContain('| 3 | 0 of 0, – | – | – | 41 |');
  });

  it('knows the beginning, a resumed run, the last iteration and the end', () => {
    const first = { begun: 0, version: 0, learnt: [] };
    expect(nextOf(first)).toBe('the policy is created, then iteration 1 begins.');
    expect(nextOf({ begun: 3 })).toBe('iteration 4 begins.');
    expect(nextOf({ begun: 18, version: 17 })).toBe('iteration 18 makes policy version 18.');
    expect(nextOf({ begun: 18, version: 18 })).toMatch(/^the last evaluation is completed/);
  });

  it.each(Object.values(RunStanding))('says what a person can do when it is %s', (standing) => {
    expect(runDetails({ ...shown, standing })).toMatch(new RegExp(`^### ${standing}: `));
    expect(nextOf({ standing })?.length).toBeGreaterThan(20);
  });

  it('shows what failed as it was said, whatever is in it, and what to do', () => {
    const reason = `| not | a table |\n\`\`\`\n# not a heading`;
    const details = runDetails({ ...shown, failures: [{ ...failure, reason }] });
    expect(details).toContain(
      "**iteration 4 failed:**\n\n```\n| not | a table |\n'''\n# not a heading\n```\n\n**To do:** mend it",
    );
  });

  it('stays small, whatever failed', () => {
    const failures = Array.from({ length: 16 }, () => ({ ...failure, reason: 'x'.repeat(9_000) }));
    const learnt = Array.from({ length: 5 }, () => summary);
    expect(runDetails({ ...shown, learnt, failures }).length).toBeLessThan(4_000);
  });
});
