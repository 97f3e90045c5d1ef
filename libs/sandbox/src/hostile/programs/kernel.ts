import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

export const kernel: HostileProgram[] = [
  {
    id: 'kernel-other-processes',
    tries: 'to trace, read or write its monitor, by call and by /proc',
    code: python`
class Part(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]
ours, theirs = ctypes.create_string_buffer(8), Part(0x400000, 8)
part = Part(ctypes.addressof(ours), 8)
for number in watchers:
    attempt(f'attach {number}', lambda: system('ptrace', 16, number, 0, 0))
    attempt(f'seize {number}', lambda: system('ptrace', 0x4206, number, 0, 0))
    attempt(f'write {number}', lambda: system('process_vm_writev', number, ctypes.byref(part), 1, ctypes.byref(theirs), 1, 0))
    for name in ('mem', 'maps', 'environ', 'stack', 'syscall', 'auxv'):
        attempt(f'{name} {number}', lambda: open(f'/proc/{number}/{name}', 'rb').read(1)[0])
    attempt(f'mem for writing {number}', lambda: open(f'/proc/{number}/mem', 'r+b').close())
    attempt(f'fd {number}', lambda: os.listdir(f'/proc/{number}/fd'))
    attempt(f'root {number}', lambda: os.listdir(f'/proc/{number}/root'))
`,
    verdicts: ['ok'],
    harms: ({ stdout }) =>
      stdout.includes('held mem for writing ') ? [] : ['no watcher was tried'],
  },
  {
    id: 'kernel-namespaces',
    tries: 'name spaces, mounts and roots of its own, and to enter those of others',
    code: python`
for name, flag in dict(user=0x10000000, mount=0x20000, pid=0x20000000, net=0x40000000, ipc=0x8000000, uts=0x4000000, cgroup=0x2000000).items():
    attempt(f'unshare {name}', lambda: system('unshare', flag))
attempt('mount', lambda: system('mount', b'none', b'/tmp', b'tmpfs', 0, None))
attempt('remount', lambda: system('mount', b'none', b'/', None, 32, None))
attempt('bind', lambda: system('mount', b'/', b'/tmp', None, 4096, None))
attempt('umount', lambda: system('umount2', b'/data', 2))
attempt('pivot', lambda: system('pivot_root', b'/tmp', b'/tmp'))
attempt('chroot', lambda: os.chroot('/tmp'))
for name in ('mnt', 'net', 'user'):
    attempt(f'enter {name}', lambda: system('setns', os.open(f'/proc/1/ns/{name}', os.O_RDONLY), 0))
`,
    verdicts: ['ok'],
    attempts: 16,
  },
  {
    id: 'kernel-calls',
    tries:
      'calls that reach past name spaces: keys, BPF, performance events, modules, kexec, handles',
    code: python`
key = ctypes.create_string_buffer(b'x')
refused('add_key', lambda: system('add_key', b'user', b'hostile', key, 1, -3))
refused('keyctl', lambda: system('keyctl', 0, -3, 1))
refused('bpf', lambda: system('bpf', 0, ctypes.create_string_buffer(128), 128))
attributes = ctypes.create_string_buffer((1).to_bytes(4, 'little') + (120).to_bytes(4, 'little'), 120)
refused('perf_event_open', lambda: system('perf_event_open', attributes, -1, 0, -1, 0))
refused('userfaultfd', lambda: system('userfaultfd', 0))
refused('init_module', lambda: system('init_module', key, 1, b''))
refused('kexec_load', lambda: system('kexec_load', 0, 0, 0, 0))
refused('open_by_handle_at', lambda: system('open_by_handle_at', os.open('/', os.O_RDONLY), ctypes.create_string_buffer(b'\x08\0\0\0\x01\0\0\0\x02', 64), 0))
refused('swapon', lambda: system('swapon', b'/tmp/none', 0))
refused('io_uring', lambda: system('io_uring_setup', 1, ctypes.create_string_buffer(120)))
`,
    verdicts: ['ok'],
    attempts: 10,
  },
  {
    id: 'kernel-clock',
    tries: 'to set the clock: to the time that it is, so that nothing happens where it can',
    code: python`
class Time(ctypes.Structure): _fields_ = [('seconds', ctypes.c_long), ('rest', ctypes.c_long)]
refused('settime', lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()))
refused('call', lambda: system('clock_settime', 0, ctypes.byref(Time(int(time.time()), 0))))
def set_time_of_day():
    if libc.settimeofday(ctypes.byref(Time(int(time.time()), 0)), None): raise OSError(ctypes.get_errno(), '')
refused('settimeofday', set_time_of_day)
attempt('device', lambda: os.open('/dev/rtc0', os.O_RDWR))
`,
    verdicts: ['ok'],
    attempts: 4,
  },
  {
    id: 'kernel-signals',
    tries: 'to stop and to kill what watches it, its neighbours and everything',
    code: python`
others = [int(name) for name in os.listdir('/proc') if name.isdigit() and int(name) != os.getpid()]
# Where these were the machine's, everything would end.
if len(others) > 20 or os.getuid() == 0: sys.exit('BREACH sees every process, or is root')
for number in others:
    for which in (signal.SIGSTOP, signal.SIGKILL):
        try: os.kill(number, which)
        except OSError: pass
try: os.kill(-1, signal.SIGKILL)
except OSError: pass
print('still here')
`,
    verdicts: ['ok'],
    harms: ({ stdout }) => (stdout === 'still here\n' ? [] : ['it did not get to its end']),
  },
  {
    id: 'kernel-limits',
    tries: 'to raise its limits and its priority, and to have others killed for its memory',
    code: python`
import resource
def raise_limit(which):
    soft, hard = resource.getrlimit(which)
    if hard == resource.RLIM_INFINITY: raise ValueError('there is no limit to raise')
    resource.setrlimit(which, (soft, hard + 1))
for name in ('CPU', 'NOFILE', 'CORE', 'MEMLOCK', 'NPROC'):
    attempt(name, lambda: raise_limit(getattr(resource, 'RLIMIT_' + name)))
attempt('of a watcher', lambda: resource.prlimit(watchers[0], resource.RLIMIT_NOFILE, (1, 1)))
attempt('priority', lambda: os.setpriority(os.PRIO_PROCESS, 0, -10))
attempt('real time', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10)))
def score(number, value): os.write(os.open(f'/proc/{number}/oom_score_adj', os.O_WRONLY), value)
attempt('memory killer', lambda: score('self', b'-1000'))
attempt('blame', lambda: score(watchers[0], b'1000'))
`,
    verdicts: ['ok'],
    attempts: 10,
  },
];
