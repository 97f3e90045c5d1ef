import { attemptName, type AttemptAddress } from '@ace/config';
import type { Database } from '@ace/buffer';
import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Home } from '../src/home.ts';

/**
 * Processes that see a folder of an execution, hold a file of one open (its lifeline, the lock of who lives, among
 * them) or work in one; and control groups that bear an execution's name.
 */
export async function processesOf(home: Home, db: Database): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => describe(pid, home)));
  // An engine that dies over a start may leave, and forget, a container in which nothing has begun.
  const living = found.filter((one) => one !== null && !one.startsWith('runc init'));
  return [...(living as string[]), ...(await groupsOf(home, db))];
}

/** By its command, and why it is one of these; null when it is not. */
async function describe(pid: string, home: Home): Promise<string | null> {
  const marks = ['sandboxes', 'containers'].map((kind) =>
    join(basename(home.root), kind, 'executions'),
  );
  const isMarked = (text: string): boolean => marks.some((mark) => text.includes(mark));
  const why = isMarked(await textOf(pid, 'mountinfo'))
    ? 'sees a folder'
    : (await linksOf(pid)).find(isMarked);
  if (!why) return null;
  const command = (await textOf(pid, 'cmdline')).replaceAll('\0', ' ').trim();
  return `${command} (process ${pid}: ${why})`;
}

const textOf = (pid: string, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

/** What it has open, and where it works. */
async function linksOf(pid: string): Promise<string[]> {
  const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = [...open.map((number) => `fd/${number}`), 'cwd'];
  return Promise.all(links.map((link) => readlink(`/proc/${pid}/${link}`).catch(() => '')));
}

const controlGroups = '/sys/fs/cgroup';

async function groupsOf(home: Home, db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<AttemptAddress & { execution: number }>(
    'SELECT run, track, iteration, slot, sample, execution FROM executions',
  );
  const folderOf = (row: AttemptAddress & { execution: number }): string => {
    const parts = [row.run, attemptName(row)].map(encodeURIComponent);
    return join(home.root, 'sandboxes', 'executions', [...parts, row.execution].join('+'));
  };
  const names = new Set(rows.map(folderOf).map(groupName));
  const all = await readdir(controlGroups, { recursive: true }).catch(() => []);
  return all.filter((path) => names.has(basename(path))).map((path) => `control group ${path}`);
}

/** As supervisors name them; written down once more, since it is read outside of this program. */
export const groupName = (folder: string): string =>
  `ace-sandbox-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
