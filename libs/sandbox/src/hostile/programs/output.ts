import type { HostileProgram } from '../program.ts';
import { python, tightLimits } from '../program.ts';

const flood = (stream: 'stdout' | 'stderr', descriptor: number): HostileProgram => ({
  id: `output-${stream}`,
  tries: `a gigabyte on ${stream}`,
  code: python`
for _ in range(1024): os.write(${descriptor}, b'x' * MEGABYTE)
open('submission.csv', 'w').write('wrote a gigabyte')
`,
  verdicts: ['output limit'],
  harms: (outcome) => [
    ...(outcome.submission === null ? [] : ['all of it was read']),
    ...(outcome[stream].length === tightLimits.outputBytes ? [] : ['it was not cut at the limit']),
  ],
});

export const output: HostileProgram[] = [
  flood('stdout', 1),
  flood('stderr', 2),
  {
    id: 'output-of-children',
    tries: 'a flood from eight children at once, on both streams, while the program ends well',
    code: python`
for _ in range(8):
    if os.fork() == 0:
        for _ in range(128): os.write(1, b'x' * 65536); os.write(2, b'y' * 65536)
        os._exit(0)
for _ in range(8): os.wait()
`,
    verdicts: ['output limit'],
  },
  {
    id: 'output-no-text',
    tries: 'output that is no text, and a traceback of it',
    code: python`
os.write(1, bytes(range(256)) * 4)
os.write(2, b'\xff\xfe\0\x1b]0;title\x07\n' * 4)
raise ValueError('\udcff\0' + '\n' * 50)
`,
    verdicts: ['crashed'],
  },
  {
    id: 'output-closed',
    tries: 'to close its streams, use up its descriptors and stay',
    code: python`
kept = []
while True:
    try: kept.append(os.dup(0))
    except OSError: break
os.closerange(0, 3)
time.sleep(3600)
`,
    limits: { wallSeconds: 0.5 },
    verdicts: ['time limit'],
  },
  {
    id: 'output-in-flight',
    tries: 'to keep its streams open without a process: sent through sockets that nobody reads',
    code: python`
for _ in range(50):
    one, other = socket.socketpair()
    socket.send_fds(one, [b'x'], [1, 2, one.fileno(), other.fileno()])
    socket.send_fds(other, [b'x'], [1, 2, one.fileno(), other.fileno()])
    one.close()
    other.close()
`,
    verdicts: ['ok'],
  },
];
