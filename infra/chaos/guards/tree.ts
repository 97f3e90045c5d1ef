import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectFolder } from '../../src/home.ts';
import { type Guard, withoutPassage } from './guard.ts';

/** A copy of the tree, from which one guard at a time is taken away. */
export interface Tree {
  root: string;
  /** @throws when one of its passages is not found exactly once. */
  takeAway(guard: Guard): Promise<void>;
  /** All that was taken away. */
  putBack(): Promise<void>;
  remove(): Promise<void>;
}

const notCopied = ['node_modules', '.git', '.ace', '.nx', 'dist', 'coverage'];

export async function copyTree(): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'ace-guards-'));
  const originals = new Map<string, string>();
  await cp(projectFolder, root, {
    recursive: true,
    filter: (path) => path === projectFolder || !notCopied.includes(basename(path)),
  });
  await lendPackages(join(projectFolder, 'node_modules'), join(root, 'node_modules'));
  return {
    root,
    async takeAway({ passages }) {
      for (const passage of passages) {
        const file = join(root, passage.file);
        const text = await readFile(file, 'utf8');
        if (!originals.has(file)) originals.set(file, text);
        await replaceFile(file, withoutPassage(text, passage));
      }
    },
    async putBack() {
      for (const [file, text] of originals) await replaceFile(file, text);
      originals.clear();
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Those of others by links, since they are many; our own are links into the tree, so they are the copy's. */
async function lendPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (name === '@ace') await cp(source, target, { recursive: true, verbatimSymlinks: true });
    else await symlink(source, target);
  }
}

/** A worker that starts meanwhile reads one or the other. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
