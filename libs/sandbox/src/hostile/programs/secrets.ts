import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

export const secrets: HostileProgram[] = [
  {
    id: 'secrets-answers',
    tries:
      'to read the private answers beside the public data, by every way there could be to them',
    code: python`
def walk():
    for folder, _, names in os.walk('/', onerror=None):
        if folder.startswith(('/proc', '/sys')): continue
        for name in names:
            if name == os.path.basename(bait['answers']): return open(os.path.join(folder, name)).read()
    raise FileNotFoundError
paths = [bait['answers'], '/data/../private/' + os.path.basename(bait['answers']), '/data/private', '/private']
paths += [f'/proc/{number}/root{bait["answers"]}' for number in (1, 2, 'self', 'thread-self', os.getppid())]
paths += [f'/proc/{number}/cwd/../private' for number in (1, 'self')]
for path in paths:
    attempt(path, lambda: open(path).read() if not os.path.isdir(path) else os.listdir(path))
os.symlink(bait['answers'], '/tmp/link')
attempt('link', lambda: open('/tmp/link').read())
attempt('hard link', lambda: os.link(bait['answers'], '/tmp/hard'))
attempt('folder', lambda: os.listdir(os.path.dirname(bait['answers'])))
attempt('walk', walk)
`,
    verdicts: ['ok'],
    attempts: 15,
  },
  {
    id: 'secrets-environment',
    tries: 'to find a secret of the worker’s environment in any environment or command line',
    code: python`
def search(name):
    for number in filter(str.isdigit, os.listdir('/proc')):
        try: found = open(f'/proc/{number}/{name}', 'rb').read()
        except OSError: continue
        print(found)
        if bait['variable'].encode() in found and int(number) != os.getpid(): return found
    raise LookupError
print(dict(os.environ))
attempt('own', lambda: os.environ[bait['variable']])
attempt('environments', lambda: search('environ'))
attempt('memory', lambda: search('mem'))
`,
    verdicts: ['ok'],
    attempts: 3,
  },
  {
    id: 'secrets-neighbours',
    tries: 'to read the folders, files, processes and sockets of another execution',
    code: python`
name = bait['neighbour']
def connect(family, address):
    with socket.socket(family) as stream:
        stream.settimeout(1)
        stream.connect(address)
def processes():
    for number in filter(str.isdigit, os.listdir('/proc')):
        try: line = open(f'/proc/{number}/cmdline').read()
        except OSError: continue
        if name in line: return line
    raise LookupError
attempt('sandboxes', lambda: os.listdir(bait['root']))
attempt('executions', lambda: os.listdir(bait['root'] + '/executions'))
for folder in ('/tmp', '/dev/shm', '/attempt'):
    attempt(folder, lambda: open(f'{folder}/{name}').read())
attempt('abstract', lambda: connect(socket.AF_UNIX, '\0' + name))
attempt('loopback', lambda: connect(socket.AF_INET, ('127.0.0.1', 4711)))
attempt('processes', processes)
`,
    verdicts: ['ok'],
    attempts: 8,
  },
  {
    id: 'secrets-descriptors',
    tries: 'to use descriptors that somebody forgot to close, its own or its monitor’s',
    code: python`
def inherited():
    found = [(number, os.readlink(f'/proc/self/fd/{number}')) for number in os.listdir('/proc/self/fd')
             if int(number) > 2 and os.path.lexists(f'/proc/self/fd/{number}')]
    found = [one for one in found if '/proc/' not in one[1]]
    return some(found)
attempt('inherited', inherited)
for number in range(3, 64):
    try: os.write(number, b'{"event": "ended", "status": 0, "cpuSeconds": 0}\n')
    except OSError: continue
    breach(f'wrote into descriptor {number}')
for number in watchers:
    attempt(f'of {number}', lambda: os.listdir(f'/proc/{number}/fd'))
`,
    verdicts: ['ok'],
    harms: ({ stdout }) => (stdout.includes('held of ') ? [] : ['no watcher was tried']),
  },
];
