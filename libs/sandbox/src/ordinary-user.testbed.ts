/** Runs a few programs and prints their outcomes as JSON: `ordinary-user.spec.ts` starts it as such a user. */
import { openTestbed } from './testbed.ts';

const bed = openTestbed('preloaded');
await bed.sandbox.check();
const describeItself = `
import json, os, socket, ctypes
status = dict(line.split(':\\t', 1) for line in open('/proc/self/status') if ':\\t' in line)
libc = ctypes.CDLL(None)
print(json.dumps(dict(
    status={key: status[key].strip() for key in ('CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp')},
    user=os.getuid(), root=sorted(os.listdir('/')), processes=len([n for n in os.listdir('/proc') if n.isdigit()]),
    newNamespace=libc.unshare(0x10000000), home=os.path.exists('${bed.root}'),
    network=socket.socket().connect_ex(('192.0.2.1', 80)),
    writable=[folder for folder in ('/', '/usr', '/etc', '/run', '/env', '/data', '/dev', '/attempt', '/tmp', '/dev/shm')
              if os.access(folder, os.W_OK)],
)))
open('submission.csv', 'w').write('done')
`;
const outcomes = {
  ok: await bed.run(describeItself),
  crashed: await bed.run(`raise ValueError`),
  time: await bed.run(`while True: pass`, { cpuSeconds: 0.5 }),
  memory: await bed.run(`b = []\nwhile True: b.append(bytearray(b'x' * (1 << 20)))`, {
    memoryBytes: 100 << 20,
  }),
  disk: await bed.run(`open('big', 'wb').write(b'x' * (65 << 20))`),
  output: await bed.run(`print('x' * 2000)`, { outputBytes: 1000 }),
  bomb: await bed.run(`import os\nwhile True: os.fork()`, { processes: 20, cpuSeconds: 3 }),
};
await bed.close();
const sharing = openTestbed('preloaded', { cpus: 0.5 });
const noShare = await sharing.sandbox.check().catch((error: Error) => error.message);
await sharing.close();
console.log(JSON.stringify({ preloaded: bed.sandbox.preloaded, outcomes, noShare }));
