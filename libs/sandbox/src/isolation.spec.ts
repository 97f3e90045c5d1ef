import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestbed, type Testbed, type Way } from './testbed.ts';

/** What a program can find out about where it is, as JSON. */
const lookAround = `
import ctypes, errno, json, os, resource, socket, sys
libc = ctypes.CDLL(None, use_errno=True)

def failure(call):
    try:
        result = call()
    except OSError as error:
        return errno.errorcode[error.errno]
    return None if result != -1 else errno.errorcode[ctypes.get_errno()]

def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as stream:
        stream.settimeout(2)
        stream.connect(address)

status = dict(line.split(':\\t', 1) for line in open('/proc/self/status') if ':\\t' in line)
keys = ('Uid', 'Gid', 'Groups', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp')
machine = os.uname().machine
keyctl, io_uring = {'x86_64': (250, 425), 'aarch64': (219, 425)}[machine]
families = dict(vsock=40, netlink=16, packet=17, alg=38, bluetooth=31, tipc=30, xdp=44)
folders = ['/', '/usr', '/etc', '/run', '/env', '/data', '/dev', '/attempt', '/tmp', '/dev/shm', '/proc/sys/kernel']
def writable(folder):
    return failure(lambda: open(folder + '/probe', 'w').close()) is None

print(json.dumps(dict(
    status={key: status[key].strip() for key in keys},
    descriptors=sorted(name for name in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + name)),
    environment=dict(os.environ),
    arguments=sys.argv, path=sys.path, executable=sys.executable, folder=os.getcwd(),
    host=os.uname().nodename,
    root=sorted(os.listdir('/')), etc=sorted(os.listdir('/etc')), run=sorted(os.listdir('/run')),
    devices=sorted(os.listdir('/dev')), work=sorted(os.listdir('/attempt')),
    mounts=sorted(line.split()[4] for line in open('/proc/self/mountinfo')),
    masks=sorted(os.listdir('/env/lib/' + os.path.basename(os.path.dirname(os.__file__)) + '/site-packages/sklearn/datasets/data')),
    packages=[name for kind in ('site-packages', 'dist-packages') if os.path.isdir(os.path.join(os.path.dirname(os.__file__), kind))
              for name in os.listdir(os.path.join(os.path.dirname(os.__file__), kind))],
    limits={name: resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in ('CORE', 'NOFILE', 'MEMLOCK', 'CPU')},
    writable=[folder for folder in folders if writable(folder)],
    network=dict(
        inet=failure(lambda: connect(socket.AF_INET, ('192.0.2.1', 80))),
        loopback=failure(lambda: connect(socket.AF_INET, ('127.0.0.1', 22))),
        inet6=failure(lambda: connect(socket.AF_INET6, ('2001:db8::1', 80))),
        interfaces=[line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]],
        **{name: failure(lambda: socket.socket(number, socket.SOCK_STREAM)) for name, number in families.items()}),
    calls=dict(
        newUser=failure(lambda: libc.unshare(0x10000000)),
        newNetwork=failure(lambda: libc.unshare(0x40000000)),
        mount=failure(lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)),
        chroot=failure(lambda: os.chroot('/tmp')),
        setuid=failure(lambda: os.setuid(0)),
        ptrace=failure(lambda: libc.ptrace(16, 1, 0, 0)),
        keyctl=failure(lambda: libc.syscall(keyctl, 0, -3, 0)),
        ioUring=failure(lambda: libc.syscall(io_uring, 1, 0)),
        device=failure(lambda: os.mknod('/tmp/device', 0o60600, os.makedev(254, 0))),
        kill=failure(lambda: os.kill(1, 9)),
    ),
    others={number: [failure(lambda: os.listdir(f'/proc/{number}/{name}')) for name in ('fd', 'root', 'task/1/fd')][:2]
            + [failure(lambda: open(f'/proc/{number}/environ').close())] for number in (1, 2)},
    processes=len([name for name in os.listdir('/proc') if name.isdigit()]),
    parentIsPreloaded='preload' in open('/proc/self/cmdline').read(),
)))
`;

interface Surroundings {
  [key: string]: unknown;
  environment: Record<string, string>;
  mounts: string[];
  writable: string[];
  processes: number;
  parentIsPreloaded: boolean;
}

/** Set by packages when they are imported, so already there in a fork of a parent that imported them. */
const setByImports = ['KMP_DUPLICATE_LIB_OK', 'KMP_INIT_AT_FORK'];

describe('isolation', () => {
  const beds = {} as Record<Way, Testbed>;
  const seen = {} as Record<Way, Surroundings>;
  const all: Way[] = ['preloaded', 'cold', 'polled'];

  beforeAll(async () => {
    for (const way of all) {
      beds[way] = openTestbed(way);
      const outcome = await beds[way].run(lookAround);
      if (outcome.verdict !== 'ok') throw new Error(outcome.stderr);
      seen[way] = JSON.parse(outcome.stdout) as Surroundings;
    }
  });
  afterAll(() => Promise.all(Object.values(beds).map((bed) => bed.close())));

  it('is the same whichever way a program is started', () => {
    expect(seen.preloaded.parentIsPreloaded).toBe(true);
    expect(seen.cold.parentIsPreloaded).toBe(false);
    const comparable = ({ environment, ...rest }: Surroundings) => ({
      ...rest,
      parentIsPreloaded: null,
      environment: Object.entries(environment).filter(([key]) => !setByImports.includes(key)),
    });
    expect(comparable(seen.preloaded)).toEqual(comparable(seen.cold));
  });

  describe.each(all)('%s', (way) => {
    it('runs as an ordinary user without capabilities, for good', () => {
      const none = '0000000000000000';
      expect(seen[way].status).toEqual({
        ...{ Uid: '65533\t65533\t65533\t65533', Gid: '65533\t65533\t65533\t65533', Groups: '' },
        ...{ CapInh: none, CapPrm: none, CapEff: none, CapBnd: none, CapAmb: none },
        ...{ NoNewPrivs: '1', Seccomp: '2' },
      });
    });

    it('has no network of any family', () => {
      expect(seen[way].network).toEqual({
        ...{
          inet: 'ENETUNREACH',
          loopback: 'ECONNREFUSED',
          inet6: 'ENETUNREACH',
          interfaces: ['lo'],
        },
        ...Object.fromEntries(
          ['vsock', 'netlink', 'packet', 'alg', 'bluetooth', 'tipc', 'xdp'].map((family) => [
            family,
            'EAFNOSUPPORT',
          ]),
        ),
      });
    });

    it('can neither make namespaces, mount, trace, nor signal what contains it', () => {
      const calls = seen[way].calls as Record<string, string>;
      expect(new Set(Object.values(calls))).toEqual(new Set(['EPERM']));
      expect(seen[way].others).toEqual({
        1: ['EACCES', 'EACCES', 'EACCES'],
        2: ['EACCES', 'EACCES', 'EACCES'],
      });
    });

    it('sees a minimal system, read-only but for its scratch folders', () => {
      expect(seen[way]).toMatchObject({
        etc: expect.arrayContaining(['group', 'passwd']) as unknown,
        ...{
          run: ['containment', 'hold'],
          work: ['solution.py'],
          host: 'solution',
          folder: '/attempt',
        },
        ...{
          writable: ['/attempt', '/tmp', '/dev/shm'],
          processes: 3,
          descriptors: ['0', '1', '2'],
        },
        ...{ masks: [], packages: [] },
      });
      expect(seen[way].root).not.toContain('home');
    });

    it('has a fixed environment', () => {
      expect(seen[way].environment).toMatchObject({
        ...{ HOME: '/attempt', PWD: '/attempt', TZ: 'UTC', LC_ALL: 'C.UTF-8', PATH: '/env/bin' },
        ...{
          PYTHONHASHSEED: '0',
          OMP_NUM_THREADS: '1',
          OPENBLAS_NUM_THREADS: '1',
          MKL_NUM_THREADS: '1',
        },
      });
      expect(Object.keys(seen[way].environment)).not.toContain('ACE_SOLUTION_PYTHON');
      expect(seen[way]).toMatchObject({
        arguments: ['/attempt/solution.py'],
        executable: '/env/bin/python',
      });
    });

    it('finds neither private answers nor the data that scikit-learn ships', async () => {
      const bed = beds[way];
      mkdirSync(join(bed.root, 'private'), { recursive: true });
      writeFileSync(join(bed.root, 'private', 'answers-of-this-test.csv'), 'secret');
      const outcome = await bed.run(`
import os
from sklearn import datasets
for folder, _, names in os.walk('/'):
    if folder.startswith('/proc'): continue
    for name in names:
        if 'answers-of-this-test' in name or name == 'iris.csv': print('found', folder, name)
print(os.path.exists('${bed.root}/private'), os.path.exists('${bed.root}/executions'))
try: datasets.load_iris()
except FileNotFoundError: print('no iris')
`);
      expect(outcome).toMatchObject({ verdict: 'ok', stdout: 'False False\nno iris\n' });
    });

    it('does not see other sandboxes', async () => {
      const bed = beds[way];
      const loud = await bed.start(`
import os, socket, time
socket.socket(socket.AF_UNIX).bind('\\0of-this-test')
listener = socket.create_server(('127.0.0.1', 4711))
open('/dev/shm/of-this-test', 'w').close()
open('/tmp/of-this-test', 'w').close()
time.sleep(60)
`);
      const outcome = await bed.run(`
import os, socket
print(os.listdir('/dev/shm'), os.listdir('/tmp'), len([n for n in os.listdir('/proc') if n.isdigit()]))
for family, address in ((socket.AF_UNIX, '\\0of-this-test'), (socket.AF_INET, ('127.0.0.1', 4711))):
    try: socket.socket(family).connect(address)
    except ConnectionRefusedError: print('refused')
`);
      await bed.sandbox.stop(loud);
      expect(outcome.stdout).toBe('[] [] 3\nrefused\nrefused\n');
    });
  });

  it('a program that changes its packages changes them for itself alone', async () => {
    const change = `import numpy, sklearn; numpy.mean = None; sklearn.changed = True; print('changed')`;
    expect(await beds.preloaded.run(change)).toMatchObject({ stdout: 'changed\n' });
    const look = `import numpy, sklearn; print(numpy.mean is None, hasattr(sklearn, 'changed'))`;
    expect(await beds.preloaded.run(look)).toMatchObject({ stdout: 'False False\n' });
  });

  it.each([
    `from sklearn.impute import IterativeImputer`,
    `import sklearn.no_such_module`,
    `import sys; sys.excepthook = lambda *_: print('hook'); raise KeyError('x')`,
    `import atexit; atexit.register(print, 'at exit'); raise SystemExit('words')`,
    `import threading; threading.Timer(0.1, print, ['late']).start()`,
    `class A:\n    def __del__(self): print('deleted')\na = A()`,
    `if __name__ == '__main__': print(__file__, __doc__, __spec__, sorted(globals()))`,
    `import joblib\nprint(joblib.Parallel(n_jobs=2)(joblib.delayed(abs)(i) for i in (-1, -2)))`,
  ])('a program ends alike, preloaded and cold: %s', async (code) => {
    const { stdout, stderr, exitCode, verdict } = await beds.cold.run(code);
    expect(await beds.preloaded.run(code)).toMatchObject({ stdout, stderr, exitCode, verdict });
  });

  it('forks are seeded apart where a program asks for no seed, and alike where it does', async () => {
    const draw = `
import random, numpy
print(random.random(), numpy.random.rand(), numpy.random.default_rng().random())
random.seed(1); numpy.random.seed(1)
print(random.random(), numpy.random.rand(), hash('x'))
`;
    const [first, second, cold] = [
      await beds.preloaded.run(draw),
      await beds.preloaded.run(draw),
      await beds.cold.run(draw),
    ].map((outcome) => outcome.stdout.split('\n'));
    const unseeded = new Set([first, second, cold].flatMap((lines) => lines?.[0]?.split(' ')));
    expect(unseeded.size).toBe(9);
    expect(new Set([first, second, cold].map((lines) => lines?.[1])).size).toBe(1);
  });
});
