import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openServices, type ServiceAddresses } from './services.ts';

/** Where the host keeps what a program could steal, reach or break. */
export interface Bait extends ServiceAddresses {
  /** The private answers, on the host; the public data lie in the folder beside theirs. */
  answers: string;
  /** A variable of this process's environment; its value is the secret. */
  variable: string;
  /** Name of whatever a program manages to create. */
  marker: string;
  /** Folder of the sandboxes on the host. */
  root: string;
  /** Name of the files and of the socket of another execution. */
  neighbour: string;
}

/** A host with something to lose. */
export interface Host {
  bait: Bait;
  publicData: string;
  /** Public data of the execution that goes on meanwhile. */
  neighbourData: string;
  /** What was done to the host since it was opened, in words; at most once for each look. */
  harms(): string[];
  /** Whether any of these texts holds a secret. */
  isTold(texts: string[]): boolean;
  close(): Promise<void>;
}

const longAgo = 1_000_000_000;
const settings = ['kernel/core_pattern', 'vm/overcommit_memory', 'kernel/randomize_va_space'];
const anywhere = ['/', '/usr', '/usr/lib', '/etc', '/run', '/var', '/var/tmp', '/home', '/root'];

/** `root`: folder of the sandboxes. */
export async function openHost(root: string): Promise<Host> {
  const id = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), 'ace-hostile-'));
  // Only what contains a program may keep it out.
  chmodSync(folder, 0o755);
  const publicData = join(folder, `public-${id}`);
  const privateData = join(folder, 'private');
  const secret = `secret-${id}`;
  const neighbourData = join(folder, 'neighbour');
  mkdirSync(neighbourData);
  const answers = join(privateData, `answers-${id}.csv`);
  const variable = `ACE_HOSTILE_${id.replaceAll('-', '_')}`;
  plant({ publicData, privateData, answers, secret });
  process.env[variable] = secret;
  // As long as such a name may be, because Node fills up shorter ones.
  const abstractName = id.padEnd(107, '-');
  const services = await openServices(join(folder, 'socket'), abstractName);
  const marker = `marker-${id}`;
  const neighbour = `neighbour-${id}`;
  const bait = { answers, variable, ...services.at, marker, root, neighbour };
  const before = surroundings([publicData, privateData]);

  const harms = (): string[] => [
    ...services.connections().map((name) => `the service ${name} was reached`),
    ...(statSync(answers).atimeMs === longAgo * 1000 ? [] : ['the answers were read']),
    ...(surroundings([publicData, privateData]) === before ? [] : ['files or settings changed']),
    ...[...anywhere, tmpdir(), '/dev', '/dev/shm', '/sys/fs/cgroup', folder, root]
      .filter((place) => existsSync(join(place, marker)))
      .map((place) => `a file was made in ${place}`),
    ...processesThatSee(publicData).map((pid) => `process ${pid} is left`),
  ];
  const close = async (): Promise<void> => {
    delete process.env[variable];
    await services.close();
    rmSync(folder, { recursive: true });
  };
  const isTold = (texts: string[]): boolean => texts.some((text) => text.includes(secret));
  return { bait, publicData, neighbourData, harms, isTold, close };
}

interface Planted {
  publicData: string;
  privateData: string;
  answers: string;
  secret: string;
}

function plant({ publicData, privateData, answers, secret }: Planted): void {
  mkdirSync(publicData);
  mkdirSync(privateData);
  writeFileSync(join(publicData, 'train.csv'), 'id,x\n1,2\n');
  writeFileSync(answers, `id,target\n1,${secret}\n`);
  // Read before it was written, by its times: the next reading sets the first of them.
  utimesSync(answers, longAgo, longAgo + 1);
}

/** Everything that must stay as it is, as text. */
function surroundings(folders: string[]): string {
  const files = folders.flatMap((folder) => [
    folder,
    ...readdirSync(folder).map((name) => join(folder, name)),
  ]);
  const facts = ({ ino, mode, nlink, uid, size, mtimeMs, ctimeMs }: Stats): unknown[] => [
    ...[ino, mode, nlink, uid, size, mtimeMs, ctimeMs],
  ];
  const values = settings.map((name) => readFileSync(`/proc/sys/${name}`, 'utf8'));
  return JSON.stringify([files.map((path) => [path, facts(lstatSync(path))]), values, hostname()]);
}

/**
 * Processes, of another process name space than ours, in whose mounts a folder is: nothing that a program does
 * to itself takes it out of the name spaces in which it was started.
 */
function processesThatSee(folder: string): string[] {
  const name = basename(folder);
  const own = readlinkSync('/proc/self/ns/pid');
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => ![own, null].includes(ofLiving(() => readlinkSync(`/proc/${entry}/ns/pid`))))
    .filter((entry) =>
      ofLiving(() => readFileSync(`/proc/${entry}/mountinfo`, 'utf8'))?.includes(name),
    );
}

/** What is read of a process, or null when it has ended. */
function ofLiving(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
