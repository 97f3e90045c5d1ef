import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tools } from '../supervisor.ts';

const packages = ['containment', 'docker'];

/**
 * A copy of what runs inside, below `folder`, named by its content: so containers that run keep theirs whatever
 * happens to this program's own files, and `python`, where it is the one inside, compiles it once for all.
 */
export async function publishTools(folder: string, python?: string): Promise<string> {
  const sources = packages.flatMap(sourcesOf);
  const hash = createHash('sha256').update(JSON.stringify([python ?? null, sources]));
  const final = join(folder, hash.digest('hex').slice(0, 24));
  if (existsSync(final)) return final;
  const aside = join(folder, `new-${randomUUID()}`);
  for (const name of packages) await makeFolder(join(aside, name));
  for (const [name, text] of sources) await writeReadable(join(aside, name), text);
  if (python !== undefined) await compile(python, aside, final);
  await publish(aside, final);
  return final;
}

const sourcesOf = (name: string): [string, string][] =>
  readdirSync(join(tools, name))
    .filter((file) => file.endsWith('.py'))
    .sort()
    .map((file) => [join(name, file), readFileSync(join(tools, name, file), 'utf8')]);

/** Whatever our umask is: inside, another user reads it. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const one of [path, join(path, '..')]) await chmod(one, 0o755);
}

async function writeReadable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o644);
}

/** By hash, because times change on the way; unchecked, because nobody else writes there. */
async function compile(python: string, aside: string, final: string): Promise<void> {
  const how = ['-q', '--invalidation-mode', 'unchecked-hash', '-s', aside, '-p', final];
  await promisify(execFile)(python, ['-I', '-m', 'compileall', ...how, aside], { env: {} });
}

async function publish(aside: string, final: string): Promise<void> {
  try {
    await rename(aside, final);
  } catch (error) {
    await rm(aside, { recursive: true });
    if (!existsSync(final)) throw error;
  }
}
