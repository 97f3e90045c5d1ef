import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

const scratch = ['/attempt', '/tmp', '/dev/shm'];

const fill = (folder: string): HostileProgram => ({
  id: `disk-fill${folder.replaceAll('/', '-')}`,
  tries: `a gigabyte in ${folder}`,
  code: python`
with open('${folder}/big', 'wb', buffering=0) as file:
    for _ in range(1024): file.write(b'x' * MEGABYTE)
breach('wrote a gigabyte')
`,
  verdicts: ['disk limit'],
});

export const disk: HostileProgram[] = [
  ...scratch.map(fill),
  {
    id: 'disk-fill-everywhere',
    tries: 'a little less than the limit in every scratch folder at once, and to hide it by ending',
    code: python`
for folder in ${JSON.stringify(scratch)}:
    with open(folder + '/big', 'wb') as file: file.write(b'x' * (15 * MEGABYTE))
`,
    verdicts: ['disk limit'],
  },
  {
    id: 'disk-deleted-files',
    tries: 'to hold a gigabyte in files that it deleted',
    code: python`
kept = []
for _ in range(1024):
    kept.append(open('/tmp/gone', 'wb', buffering=0))
    os.unlink('/tmp/gone')
    kept[-1].write(b'x' * MEGABYTE)
breach('holds a gigabyte')
`,
    verdicts: ['disk limit'],
  },
  {
    id: 'disk-many-files',
    tries: '200,000 files that hold nothing',
    code: python`
for number in range(200_000):
    os.close(os.open(f'/tmp/{number}', os.O_CREAT | os.O_WRONLY))
breach('made 200,000 files')
`,
    limits: { cpuSeconds: 20 },
    verdicts: ['disk limit'],
  },
  {
    id: 'disk-zip-bomb',
    tries: 'to unpack 128 megabytes of a file of 128 kilobytes',
    code: python`
import io, zipfile
packed = io.BytesIO()
with zipfile.ZipFile(packed, 'w', zipfile.ZIP_DEFLATED) as archive:
    with archive.open('submission.csv', 'w') as file:
        for _ in range(128): file.write(b'0' * MEGABYTE)
zipfile.ZipFile(packed).extractall('/attempt')
breach('unpacked everything')
`,
    limits: { cpuSeconds: 20 },
    verdicts: ['disk limit'],
  },
  {
    id: 'disk-deep-folders',
    tries: 'folders in folders in folders, 5,000 deep, which a careless removal does not survive',
    code: python`
for _ in range(5000):
    os.mkdir('d' * 100)
    os.chdir('d' * 100)
open('deepest', 'w').close()
os.chmod('.', 0)
`,
    verdicts: ['ok'],
  },
  {
    id: 'disk-odd-names',
    tries: 'names of 255 bytes, of line ends, of options and of bytes that are no text',
    code: python`
names = [b'n' * 255, b'line\nend', b'\r', b'-rf', b' ', b'\xff\xfe', b'\x1b[2J', 'ü'.encode(), b'$(reboot)', b'"', b'+', b'%2F']
for folder in (b'/attempt', b'/tmp', b'/dev/shm'):
    for name in names:
        os.mkdir(folder + b'/' + name, 0)
for name in names: os.close(os.open(b'submission.csv' + name[:200], os.O_CREAT))
`,
    verdicts: ['ok'],
  },
];
