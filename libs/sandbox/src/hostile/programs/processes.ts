import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

export const processes: HostileProgram[] = [
  {
    id: 'processes-fork-bomb',
    tries: 'to become 2,048 processes that each hold on',
    code: python`
for _ in range(11):
    if os.fork(): signal.signal(signal.SIGCHLD, signal.SIG_IGN)
count = len([name for name in os.listdir('/proc') if name.isdigit()])
if count > 1200: breach(f'became {count} processes')
time.sleep(60)
`,
    limits: { wallSeconds: 2 },
    verdicts: ['crashed', 'time limit', 'memory limit'],
  },
  {
    id: 'processes-threads',
    tries: 'to become 2,000 threads',
    code: python`
import threading
for _ in range(2000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
breach('became 2,000 threads')
`,
    verdicts: ['crashed'],
  },
  {
    id: 'processes-runaway',
    tries: 'to run away from the kill: every child forks and ends, 2,000 times',
    code: python`
def run():
    for _ in range(2000):
        if os.fork(): os._exit(0)
        open('/tmp/alive', 'w').write('x')
    time.sleep(60)
detach(run)
time.sleep(0.3)
`,
    verdicts: ['ok'],
  },
  {
    id: 'processes-cpu-of-children',
    tries: 'to burn CPU time in children that come and go, so that none of them uses much',
    code: python`
for _ in range(2000):
    if os.fork() == 0:
        end = time.process_time() + 0.05
        while time.process_time() < end: pass
        os._exit(0)
    os.wait()
breach('burned 100 seconds')
`,
    limits: { cpuSeconds: 0.6 },
    verdicts: ['time limit'],
    harms: ({ cpuSeconds }) => (cpuSeconds < 1.2 ? [] : [`it used ${cpuSeconds} s of CPU time`]),
  },
  {
    id: 'processes-cpu-of-orphans',
    tries:
      'to burn CPU time in children of children that nobody waits for, in sessions of their own',
    code: python`
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(500):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            end = time.process_time() + 0.1
            while time.process_time() < end: pass
        os._exit(0)
    time.sleep(0.1)
breach('burned 50 seconds')
`,
    limits: { cpuSeconds: 0.6, wallSeconds: 4 },
    verdicts: ['time limit'],
  },
  {
    id: 'processes-sleep',
    tries: 'to sleep for ever',
    code: python`time.sleep(3600)`,
    limits: { wallSeconds: 0.5 },
    verdicts: ['time limit'],
  },
  {
    id: 'processes-stopped',
    tries: 'to stop itself, so that it can neither go on nor end',
    code: python`
if os.fork() == 0: os.kill(os.getppid(), signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)
`,
    limits: { wallSeconds: 0.5 },
    verdicts: ['time limit'],
  },
  {
    id: 'processes-deaf',
    tries: 'to ignore every signal that can be ignored, in itself and in its children',
    code: python`
detach(lambda: time.sleep(3600))
for number in set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
    signal.signal(number, signal.SIG_IGN)
while True: pass
`,
    limits: { cpuSeconds: 0.4 },
    verdicts: ['time limit'],
  },
  {
    id: 'processes-detached',
    tries: 'to leave a grandchild behind, in a session of its own, deaf, that holds its streams',
    code: python`
def stay():
    while True:
        print('still here', flush=True)
        time.sleep(0.05)
detach(stay)
print('over')
`,
    verdicts: ['ok'],
    harms: ({ wallSeconds }) => (wallSeconds < 5 ? [] : [`it held its end up: ${wallSeconds} s`]),
  },
];
