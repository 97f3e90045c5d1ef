import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestbed, type Testbed } from './testbed.ts';

/** What is no submission: `hostile/programs/submission.ts`. */
describe('collecting the submission', () => {
  let bed: Testbed;
  beforeAll(() => {
    bed = openTestbed('preloaded');
  });
  afterAll(() => bed.close());

  it('takes none where there is none', async () => {
    expect(await bed.run(`pass`)).toMatchObject({ verdict: 'ok', submission: null });
  });

  it('takes what a program left that failed afterwards', async () => {
    const outcome = await bed.run(`open('submission.csv', 'w').write('1'); raise ValueError`);
    expect(outcome).toMatchObject({ verdict: 'crashed', submission: '1' });
  });
});
