import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

export const writing: HostileProgram[] = [
  {
    id: 'writing-system',
    tries: 'to write anywhere but into its scratch folders',
    code: python`
folders = ['/', '/usr', '/usr/lib', '/etc', '/run', '/run/containment', '/var', '/var/tmp', '/home', '/root',
           '/env', '/env/bin', os.path.dirname(os.__file__), '/data', '/dev', '/sys', '/proc', '/proc/sys/kernel',
           bait['root'], os.path.dirname(bait['answers'])]
for folder in folders:
    attempt(folder, lambda: open(f'{folder}/{bait["marker"]}', 'w').close())
for path in ('/data/train.csv', '/etc/passwd', '/etc/ld.so.cache', os.__file__, os.path.realpath(sys.executable)):
    attempt(path, lambda: open(path, 'ab').close())
attempt('mode', lambda: os.chmod('/data', 0o777))
attempt('owner', lambda: os.chown('/data/train.csv', os.getuid(), os.getgid()))
attempt('times', lambda: os.utime('/data/train.csv', (0, 0)))
attempt('name', lambda: os.rename('/data/train.csv', '/data/other.csv'))
attempt('removal', lambda: os.unlink('/data/train.csv'))
attempt('folder', lambda: os.rename('/data', '/tmp/data'))
`,
    verdicts: ['ok'],
    attempts: 31,
  },
  {
    id: 'writing-kernel-settings',
    tries: 'to write settings of the kernel and of control groups: what they already hold',
    code: python`
def rewrite(path):
    descriptor = os.open(path, os.O_RDWR)
    try: os.pwrite(descriptor, os.read(descriptor, 4096), 0)
    finally: os.close(descriptor)
for path in ('/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname', '/proc/sys/vm/overcommit_memory',
             '/proc/sys/kernel/ns_last_pid', '/proc/sys/net/ipv4/ip_forward', '/sys/kernel/uevent_helper'):
    attempt(path, lambda: rewrite(path))
attempt('system request', lambda: os.close(os.open('/proc/sysrq-trigger', os.O_WRONLY)))
def anything_below(top):
    for folder, _, names in os.walk(top):
        for path in (os.path.join(folder, name) for name in names):
            try: rewrite(path)
            except (OSError, ValueError): continue
            return path
    raise LookupError
attempt('control groups', lambda: anything_below('/sys/fs/cgroup'))
attempt('a group', lambda: os.mkdir('/sys/fs/cgroup/' + bait['marker']))
attempt('settings', lambda: anything_below('/proc/sys/kernel'))
attempt('host name', lambda: socket.sethostname(bait['marker']))
`,
    verdicts: ['ok'],
    attempts: 11,
  },
  {
    id: 'writing-devices',
    tries: 'to open or to make the devices of disks, memory and the kernel',
    code: python`
import stat
harmless = {'null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'console'}
def others():
    found = [name for name in os.listdir('/dev') if name not in harmless
             and stat.S_IFMT(os.lstat(f'/dev/{name}').st_mode) in (stat.S_IFBLK, stat.S_IFCHR)]
    return some(found)
attempt('others', others)
for name in ('vda', 'sda', 'nvme0n1', 'mem', 'kmem', 'port', 'kmsg', 'kvm', 'fuse', 'loop-control', 'net/tun'):
    attempt(name, lambda: os.close(os.open(f'/dev/{name}', os.O_RDWR)))
for name, kind, number in (('disk', stat.S_IFBLK, (254, 0)), ('memory', stat.S_IFCHR, (1, 1)), ('tun', stat.S_IFCHR, (10, 200))):
    attempt(f'make {name}', lambda: os.mknod(f'/tmp/{name}', kind | 0o600, os.makedev(*number)))
`,
    verdicts: ['ok'],
    attempts: 15,
  },
  {
    id: 'writing-as-root',
    tries: 'to become root, by call and by programs that are allowed to',
    code: python`
def run(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
attempt('setuid', lambda: os.setuid(0))
attempt('setgid', lambda: os.setgid(0))
attempt('setresuid', lambda: os.setresuid(-1, 0, -1))
attempt('setgroups', lambda: os.setgroups([0]))
attempt('su', lambda: run('su', '-c', 'true'))
attempt('sudo', lambda: run('sudo', '-n', 'true'))
attempt('mount', lambda: run('mount', '-t', 'tmpfs', 'none', '/tmp'))
attempt('new user', lambda: run('unshare', '--user', '--map-root-user', 'true'))
def privileged():
    for line in open('/proc/self/status'):
        if line.startswith(('CapPrm', 'CapEff', 'CapBnd', 'CapAmb')) and int(line.split()[1], 16): return line
        if line.startswith('NoNewPrivs') and line.split()[1] != '1': return line
        if line.startswith('Uid') and '0' in line.split(): return line
    raise LookupError
attempt('what is left', privileged)
`,
    verdicts: ['ok'],
    attempts: 9,
  },
];
