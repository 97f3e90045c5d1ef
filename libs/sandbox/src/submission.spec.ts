import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestbed, type Testbed } from './testbed.ts';

describe('collecting the submission', () => {
  let bed: Testbed;
  beforeAll(() => {
    bed = openTestbed('preloaded');
  });
  afterAll(() => bed.close());

  it.each([
    ['a link to a file of the system', `os.symlink('/etc/passwd', 'submission.csv')`],
    ['a link to a file of its own', `open('x', 'w').close(); os.symlink('x', 'submission.csv')`],
    ['a second name of a file', `open('x', 'w').close(); os.link('x', 'submission.csv')`],
    ['a FIFO', `os.mkfifo('submission.csv')`],
    ['a folder', `os.mkdir('submission.csv')`],
    ['a socket', `import socket; socket.socket(socket.AF_UNIX).bind('submission.csv')`],
    ['nothing', `pass`],
  ])('takes none where there is %s', async (_, code) => {
    expect(await bed.run(`import os\n${code}`)).toMatchObject({ verdict: 'ok', submission: null });
  });

  it('takes what a program left that failed afterwards', async () => {
    const outcome = await bed.run(`open('submission.csv', 'w').write('1'); raise ValueError`);
    expect(outcome).toMatchObject({ verdict: 'crashed', submission: '1' });
  });
});
