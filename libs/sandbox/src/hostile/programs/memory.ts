import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

/** Bombs of memory of one kind or another; none comes to its bound. */
const bomb = (id: string, tries: string, code: string): HostileProgram => ({
  ...{ id: `memory-${id}`, tries, code: hog + code, verdicts: ['memory limit'] },
  limits: { cpuSeconds: 20 },
});

const hog = python`
def hog(megabytes):
    kept = [bytearray(b'x' * MEGABYTE) for _ in range(megabytes)]
    breach(f'took {len(kept)} megabytes')
    time.sleep(60)
`;

export const memory: HostileProgram[] = [
  bomb('bomb', 'a gigabyte of memory', python`hog(1024)`),
  bomb(
    'bomb-of-child',
    'the same in a child, while the program itself ends well',
    python`
if os.fork() == 0:
    hog(1024)
os.wait()
sys.exit(0)
`,
  ),
  bomb(
    'bomb-of-many',
    'the same in sixteen children, none of which takes more than a part of the limit',
    python`
for _ in range(16):
    if os.fork() == 0:
        kept = bytearray(b'x' * (60 * MEGABYTE))
        time.sleep(60)
while True: os.wait()
`,
  ),
  bomb(
    'shared',
    'the same in memory that is shared with nobody',
    python`
import mmap
block = mmap.mmap(-1, 1024 * MEGABYTE)
for _ in range(1024): block.write(b'x' * MEGABYTE)
breach('took a gigabyte')
`,
  ),
  {
    ...bomb(
      'nameless-files',
      'the same in files that live in memory and have no name',
      python`
for _ in range(64):
    descriptor = system('memfd_create', b'x', 0)
    for _ in range(16): os.write(descriptor, b'x' * MEGABYTE)
breach('took a gigabyte')
`,
    ),
    verdicts: ['memory limit', 'crashed'],
  },
  {
    ...bomb(
      'segments',
      'the same in shared segments that outlive whoever made them',
      python`
libc.syscall.restype = ctypes.c_long
for _ in range(64):
    segment = system('shmget', 0, 16 * MEGABYTE, 0o1600)
    place = system('shmat', segment, 0, 0)
    ctypes.memset(ctypes.c_void_p(place), 1, 16 * MEGABYTE)
    libc.shmdt(ctypes.c_void_p(place))
breach('took a gigabyte')
`,
    ),
    verdicts: ['memory limit', 'crashed'],
  },
];
