import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DockerTestbed, openDockerTestbed } from './docker.testbed.ts';

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
keys = ('Uid', 'Gid', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp')
families = dict(vsock=40, netlink=16, packet=17, alg=38)
folders = ['/', '/usr', '/etc', '/run', '/run/results', '/run/containment', '/env', '/data', '/dev', '/dev/mqueue',
           '/attempt', '/tmp', '/dev/shm', '/proc/sys/kernel', '/sys/fs/cgroup/memory', '/sys/fs/cgroup']
def writable(folder):
    return failure(lambda: open(folder + '/probe', 'w').close()) is None
first = '/proc/1/'

print(json.dumps(dict(
    status={key: status[key].strip() for key in keys},
    filters=int(status.get('Seccomp_filters', 2)),
    descriptors=sorted(name for name in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + name)),
    environment=dict(os.environ), score=open('/proc/self/oom_score_adj').read().strip(),
    arguments=sys.argv, path=sys.path[0], executable=sys.executable, folder=os.getcwd(), host=os.uname().nodename,
    leftModules=[name for name in sys.modules if name.split('.')[0] in ('docker', 'containment')],
    work=sorted(os.listdir('/attempt')), data=sorted(os.listdir('/data')),
    results=[failure(lambda: os.listdir('/run/results')), failure(lambda: open('/run/results/result.json', 'w')),
             failure(lambda: os.chmod('/run/results', 0o777)), failure(lambda: os.stat('/run/results/state'))],
    writable=[folder for folder in folders if writable(folder)],
    sockets=[path for path in ('/var/run/docker.sock', '/run/docker.sock') if os.path.exists(path)],
    network=dict(
        inet=failure(lambda: connect(socket.AF_INET, ('192.0.2.1', 80))),
        inet6=failure(lambda: connect(socket.AF_INET6, ('2001:db8::1', 80))),
        interfaces=[line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]],
        **{name: failure(lambda: socket.socket(number, socket.SOCK_STREAM)) for name, number in families.items()}),
    calls=dict(
        newUser=failure(lambda: libc.unshare(0x10000000)),
        mount=failure(lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)),
        chroot=failure(lambda: os.chroot('/tmp')),
        setuid=failure(lambda: os.setuid(0)),
        ptrace=failure(lambda: libc.ptrace(16, 1, 0, 0)),
        device=failure(lambda: os.mknod('/tmp/device', 0o60600, os.makedev(254, 0))),
        limitFirst=failure(lambda: resource.prlimit(1, resource.RLIMIT_CPU, (0, 0))),
        slowFirst=failure(lambda: os.setpriority(os.PRIO_PROCESS, 1, 19)),
        slowUser=failure(lambda: os.setpriority(os.PRIO_USER, 0, 19)),
        pinFirst=failure(lambda: os.sched_setaffinity(1, {0})),
    ),
    allowed=dict(limit=failure(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))),
                 nice=failure(lambda: os.nice(1)), pin=failure(lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)))),
    first=[failure(lambda: os.listdir(first + 'fd')), failure(lambda: open(first + 'environ')),
           failure(lambda: open(first + 'mem', 'r+b')), failure(lambda: os.listdir(first + 'root')),
           failure(lambda: open(first + 'oom_score_adj', 'w').write('1000'))],
    processes=len([name for name in os.listdir('/proc') if name.isdigit()]),
)))
`;

describe('isolation in a container', () => {
  let bed: DockerTestbed;
  let seen: Record<string, unknown> & { environment: Record<string, string>; filters: number };

  beforeAll(async () => {
    bed = openDockerTestbed();
    const outcome = await bed.run(lookAround);
    if (outcome.verdict !== 'ok') throw new Error(`${outcome.detail}\n${outcome.stderr}`);
    seen = JSON.parse(outcome.stdout) as typeof seen;
  });
  afterAll(() => bed.close());

  it('runs as an ordinary user without capabilities, for good, under two filters', () => {
    const none = '0000000000000000';
    expect(seen.status).toEqual({
      ...{ Uid: '65533\t65533\t65533\t65533', Gid: '65533\t65533\t65533\t65533' },
      ...{ CapInh: none, CapPrm: none, CapEff: none, CapBnd: none, CapAmb: none },
      ...{ NoNewPrivs: '1', Seccomp: '2' },
    });
    expect(seen.filters).toBe(2);
    expect(seen.score).toBe('1000');
  });

  it('has no network of any family', () => {
    expect(seen.network).toEqual({
      ...{ inet: 'ENETUNREACH', inet6: 'ENETUNREACH', interfaces: ['lo'] },
      ...{ vsock: 'EAFNOSUPPORT', netlink: 'EAFNOSUPPORT' },
      ...{ packet: 'EAFNOSUPPORT', alg: 'EAFNOSUPPORT' },
    });
  });

  it('can neither make namespaces, mount, trace, nor hinder what watches it', () => {
    expect(new Set(Object.values(seen.calls as Record<string, string>))).toEqual(
      new Set(['EPERM']),
    );
    expect(seen.allowed).toEqual({ limit: null, nice: null, pin: null });
    expect(new Set(seen.first as string[])).toEqual(new Set(['EACCES']));
  });

  it('cannot reach the folder of results, and holds no descriptor into it', () => {
    // To change the mode of a folder takes its owner, whoever can see it.
    expect(seen.results).toEqual(['EACCES', 'EACCES', 'EPERM', 'EACCES']);
    expect(seen.descriptors).toEqual(['0', '1', '2']);
    expect(seen.sockets).toEqual([]);
  });

  it('finds a read-only system but for its scratch folders, and what bubblewrap shows too', () => {
    expect(seen).toMatchObject({
      ...{ writable: ['/attempt', '/tmp', '/dev/shm'], work: ['solution.py'], data: ['train.csv'] },
      ...{ host: 'solution', folder: '/attempt', path: '/attempt', processes: 2 },
      ...{ arguments: ['/attempt/solution.py'], executable: '/env/bin/python', leftModules: [] },
    });
    expect(seen.environment).toEqual({
      ...{ HOME: '/attempt', PWD: '/attempt', TZ: 'UTC', LC_ALL: 'C.UTF-8', PATH: '/env/bin' },
      ...{ PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
      ...{ OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
      LOKY_MAX_CPU_COUNT: '1',
    });
  });

  it('finds neither private answers nor the data that scikit-learn ships', async () => {
    mkdirSync(join(bed.root, 'private'), { recursive: true });
    writeFileSync(join(bed.root, 'private', 'answers-of-this-test.csv'), 'secret');
    const outcome = await bed.run(`
import os
from sklearn import datasets
for folder, _, names in os.walk('/'):
    if folder.startswith(('/proc', '/sys')): continue
    for name in names:
        if 'answers-of-this-test' in name or name == 'iris.csv': print('found', folder, name)
try: datasets.load_iris()
except FileNotFoundError: print('no iris')
`);
    expect(outcome).toMatchObject({ verdict: 'ok', stdout: 'no iris\n' });
  });

  it('the engine itself has every wall that was asked of it', async () => {
    const name = await bed.start('import time; time.sleep(60)');
    const { HostConfig, Config } = await (await bed.container(name)).inspect();
    expect(HostConfig).toMatchObject({
      ...{ NetworkMode: 'none', IpcMode: 'private', ReadonlyRootfs: true, Privileged: false },
      ...{ CapAdd: null, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], AutoRemove: false },
      ...{ PidsLimit: 65, NanoCpus: 1e9, OomKillDisable: false },
      LogConfig: { Type: 'none' },
    });
    expect(HostConfig.Memory).toBe(HostConfig.MemorySwap);
    const writable = HostConfig.Mounts?.filter(({ ReadOnly }) => !ReadOnly) ?? [];
    expect(writable.map(({ Target }) => Target)).toEqual(['/run/results']);
    expect(Config.User).toBe('65533:65533');
    expect(Config.Labels).toMatchObject({
      ...{ 'ace.run': 'run', 'ace.attempt': name.attempt, 'ace.execution': '1' },
    });
    await bed.sandbox.stop(name);
    await bed.sandbox.remove(name);
  });

  it.each([
    `from sklearn.impute import IterativeImputer`,
    `import sys; sys.excepthook = lambda *_: print('hook'); raise KeyError('x')`,
    `import atexit; atexit.register(print, 'at exit'); raise SystemExit('words')`,
    `import threading; threading.Timer(0.1, print, ['late']).start()`,
    `if __name__ == '__main__': print(__file__, __doc__, __spec__, sorted(globals()))`,
    `import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, hash('x'))`,
    `import sys; print(sys.flags, sys.path[1:3], sys.stdout.write_through)`,
  ])('a program ends as in an interpreter of its own: %s', async (code) => {
    const own = `import subprocess, sys
open('/tmp/solution.py', 'w').write(${JSON.stringify(code)})
sys.exit(subprocess.run([sys.executable, '/tmp/solution.py']).returncode)`;
    const [forked, fresh] = [await bed.run(code), await bed.run(own)];
    const comparable = ({ stdout, stderr, exitCode }: typeof forked) => ({
      ...{ stdout: stdout.replaceAll('/tmp/', '/attempt/'), exitCode },
      stderr: stderr.replaceAll('/tmp/', '/attempt/'),
    });
    expect(comparable(forked)).toEqual(comparable(fresh));
  });
});
