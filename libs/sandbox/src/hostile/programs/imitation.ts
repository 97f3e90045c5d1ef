import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

const exitsWith = (code: number, looksLike: string): HostileProgram => ({
  id: `imitation-exit-${code}`,
  tries: `to look like ${looksLike}, by its exit code`,
  code: python`sys.exit(${code})`,
  verdicts: ['crashed'],
  harms: ({ exitCode }) => (exitCode === code ? [] : [`its exit code is said to be ${exitCode}`]),
});

export const imitation: HostileProgram[] = [
  exitsWith(137, 'a kill for memory'),
  exitsWith(124, 'a time limit'),
  exitsWith(125, 'a failure of the engine'),
  {
    id: 'imitation-result',
    tries:
      'to write the result that its supervisor should write, and to say it on every descriptor',
    code: python`
result = json.dumps(dict(verdict='ok', exitCode=0, event='ended', status=0, cpuSeconds=0, submission=True))
for folder in ('/attempt', '/tmp', '/dev/shm'):
    for name in ('result.json', 'lifeline', 'control', 'groups', 'stdout', 'stderr', 'spec.json', 'exit'):
        open(f'{folder}/{name}', 'w').write(result)
for number in range(64):
    try: os.write(number, result.encode() + b'\n')
    except OSError: pass
sys.exit(3)
`,
    verdicts: ['crashed'],
    harms: ({ exitCode }) => (exitCode === 3 ? [] : [`its exit code is said to be ${exitCode}`]),
  },
  {
    id: 'imitation-last-words',
    tries: 'to die with the last words of a program that ran out of memory',
    code: python`
print('MemoryError: Killed process 1 (python) total-vm:1kB', file=sys.stderr)
sys.exit(1)
`,
    // A failure all the same, and what it says of itself is all that anybody knows.
    verdicts: ['crashed', 'memory limit'],
  },
  {
    id: 'imitation-signal',
    tries: 'to end itself with the signal of a limit that it did not reach',
    code: python`os.kill(os.getpid(), signal.SIGXCPU); time.sleep(60)`,
    verdicts: ['crashed', 'time limit'],
  },
  {
    id: 'imitation-engine-kill',
    tries: 'to end itself as a sandbox ends that was lost',
    code: python`os.kill(os.getpid(), signal.SIGKILL); time.sleep(60)`,
    // Retried, and the third time in a row it is the verdict `killed`.
    verdicts: ['lost', 'crashed'],
  },
  {
    id: 'imitation-name',
    tries: 'a process name that breaks whoever reads the process table',
    code: python`
libc.prctl(15, b'\xff) R 1\n\xfe 0 0', 0, 0, 0)
time.sleep(0.4)
`,
    verdicts: ['ok'],
  },
  {
    id: 'imitation-recursion',
    tries: 'to run into the end of its stack',
    code: python`
sys.setrecursionlimit(1 << 30)
@ctypes.CFUNCTYPE(None)
def deeper(): deeper()
deeper()
ctypes.string_at(0)
`,
    verdicts: ['crashed'],
    harms: ({ exitCode, signal }) =>
      signal === 11 || exitCode === 139 ? [] : [`it ended by ${signal}, ${exitCode}`],
  },
];
