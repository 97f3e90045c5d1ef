import { describe, expect, it } from 'vitest';
import { renderRetriedGroup } from './render-retried-group.ts';

describe('renderRetriedGroup', () => {
  it('counts what its open attempts became, and says how a run that waits goes on', () => {
    const retried = { group: 2, open: 6, became: { valid: 4, 'missing file': 1, lost: 1 } };
    const command = 'npm run ace -- retry quickstart-3 4';
    expect(renderRetriedGroup('quickstart-3: iteration 4', retried, command)).toEqual([
      'quickstart-3: iteration 4, group 2: 6 open attempts became 4 valid, 1 missing file, 1 lost',
      'the run goes on with: npm run ace -- retry quickstart-3 4',
    ]);
  });

  it('says that there was nothing to do', () => {
    const retried = { group: 0, open: 0, became: {} };
    expect(renderRetriedGroup('quickstart-3: iteration 1', retried, null)).toEqual([
      'quickstart-3: iteration 1, group 0: nothing to do, none of its attempts is open',
    ]);
  });
});
