import type { HostileProgram } from '../program.ts';
import { noSubmission, python, submissionIs } from '../program.ts';

/** A `submission.csv` that is none. */
const trick = (id: string, tries: string, code: string): HostileProgram => ({
  ...{ id: `submission-${id}`, tries, code, verdicts: ['ok'], harms: noSubmission },
});

export const submission: HostileProgram[] = [
  trick(
    'link',
    'a link to the host’s answers',
    python`os.symlink(bait['answers'], 'submission.csv')`,
  ),
  trick(
    'link-inside',
    'a link to a file of the sandbox',
    python`os.symlink('/etc/passwd', 'submission.csv')`,
  ),
  trick(
    'link-by-proc',
    'a link through the descriptors of whoever follows it',
    python`os.symlink('/proc/self/fd/0', 'submission.csv')`,
  ),
  trick(
    'hard-link',
    'a second name of a file that is not its own, or of one that is',
    python`
for path in ('/data/train.csv', '/attempt/solution.py', bait['answers']):
    attempt(path, lambda: os.link(path, 'submission.csv'))
open('/attempt/own', 'w').close()
os.link('own', 'submission.csv')
`,
  ),
  trick('folder', 'a folder', python`os.makedirs('submission.csv/submission.csv')`),
  trick('fifo', 'a pipe on which a reader waits for ever', python`os.mkfifo('submission.csv')`),
  trick(
    'device',
    'a device, and where it may make none, a socket',
    python`
attempt('device', lambda: os.mknod('submission.csv', 0o20600, os.makedev(1, 5)))
socket.socket(socket.AF_UNIX).bind('submission.csv')
`,
  ),
  trick(
    'sparse',
    'a file of a terabyte that takes no space',
    python`
with open('submission.csv', 'wb') as file:
    file.truncate(1 << 40)
`,
  ),
  {
    id: 'submission-swapped',
    tries: 'to exchange the file for a link to the answers while it is being collected',
    code: python`
def swap():
    os.symlink(bait['answers'], 'link')
    while True:
        for source in ('good', 'link'):
            try:
                os.link(source, 'next', follow_symlinks=False)
                os.rename('next', 'submission.csv')
            except OSError: pass
open('good', 'w').write('id\n')
detach(swap)
time.sleep(0.1)
`,
    verdicts: ['ok'],
    harms: ({ submission: taken }) =>
      taken === null || taken === 'id\n' ? [] : [`a swapped submission was taken: ${taken}`],
  },
  {
    id: 'submission-late',
    tries: 'to write the submission from a detached grandchild, after its end',
    code: python`
def late():
    time.sleep(0.3)
    while True:
        open('submission.csv', 'w').write('late')
open('submission.csv', 'w').write('in time')
detach(late)
`,
    verdicts: ['ok'],
    harms: submissionIs('in time'),
  },
  {
    id: 'submission-formulas',
    tries:
      'formulas, NULs, bytes that are no text and a row without an end, for whoever opens the file',
    code: python`
open('submission.csv', 'wb').write(b'id,target\n1,"=cmd|\' /C calc\'!A0"\n2,\0\0\n3,\xff\xfe\n4,' + b'9' * MEGABYTE)
`,
    verdicts: ['ok'],
    harms: ({ submission: taken }) => (taken === null ? ['the submission is not there'] : []),
  },
  {
    id: 'submission-huge',
    tries: 'a CSV of a gigabyte',
    code: python`
with open('submission.csv', 'wb') as file:
    for _ in range(1024): file.write(b'1,2,3,4\n' * (MEGABYTE // 8))
breach('wrote a gigabyte')
`,
    verdicts: ['disk limit'],
  },
];
