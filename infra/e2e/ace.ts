import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtProgram } from '../bootstrap/program.mjs';
import { type Home, projectFolder } from '../src/home.ts';

/** A command as a person calls it, in this home; resolves with what it prints. @throws when it fails. */
export async function ace(home: Home, ...words: string[]): Promise<string> {
  // The command looks for everything below its home.
  for (const folder of ['python', 'competitions', 'cache'] as const) {
    const path = join(home.root, folder);
    if (!existsSync(path)) await symlink(home[folder], path);
  }
  const main = join(projectFolder, 'apps', 'cli', 'src', 'main.ts');
  const env = { ...process.env, ACE_HOME: home.root };
  const args = ['--enable-source-maps', await builtProgram(main, home.cache), ...words];
  return (await promisify(execFile)(process.execPath, args, { env, cwd: projectFolder })).stdout;
}
