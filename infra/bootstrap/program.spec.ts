import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectFolder } from '../src/home.ts';
import { builtProgram } from './program.mjs';

let folder: string;
let main: string;
let cache: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ace-program-'));
  main = join(folder, 'greeter', 'src', 'main.ts');
  cache = join(folder, 'cache');
  await mkdir(dirname(main), { recursive: true });
  await writeFile(join(dirname(main), 'word.txt'), 'hello');
  await writeFile(main, greeter);
  await write('word.mjs', greeting);
  await write('name.ts', `export const name: string = 'world';\n`);
});
afterEach(() => rm(folder, { recursive: true }));

const greeter = `import { name } from './name.ts';
import { word } from './word.mjs';
console.log(word, name);
`;
const greeting = `import { readFileSync } from 'node:fs';
export const word = readFileSync(new URL('./word.txt', import.meta.url), 'utf8');
`;

const write = (name: string, text: string): Promise<void> =>
  writeFile(join(dirname(main), name), text);

async function greeted(): Promise<string> {
  const args = ['--enable-source-maps', await builtProgram(main, cache)];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

describe('a program made of its sources', () => {
  it('does what they say, and finds the data beside them', async () => {
    expect(await greeted()).toBe('hello world\n');
  });

  it('is made once', async () => {
    const first = await builtProgram(main, cache);
    expect(await builtProgram(main, cache)).toBe(first);
    expect(await readdir(join(cache, 'programs'))).toHaveLength(3);
  });

  it('is made anew when a source of it changes, and when it went away', async () => {
    const first = await builtProgram(main, cache);
    await write('name.ts', `export { name } from './other.ts';\n`);
    await write('other.ts', `export const name = 'sources';\n`);
    expect(await greeted()).toBe('hello sources\n');
    await write('other.ts', `export const name = 'other sources';\n`);
    expect(await greeted()).toBe('hello other sources\n');
    await rm(await builtProgram(main, cache));
    expect(await greeted()).toBe('hello other sources\n');
    expect(await builtProgram(main, cache)).not.toBe(first);
  });

  it('takes the place of those that are older than a day', async () => {
    const first = await builtProgram(main, cache);
    await utimes(first, 0, 0);
    await write('name.ts', `export const name = 'today';\n`);
    const second = await builtProgram(main, cache);
    expect(await readdir(join(cache, 'programs'))).not.toContain(first.split('/').at(-1));
    expect(second).toContain('greeter-');
  });

  it('tells where in the sources an error is', async () => {
    await write('name.ts', `export const name = '';\n\nthrow new Error('nobody is there');\n`);
    await expect(greeted()).rejects.toThrow(/nobody is there[^]*greeter\/src\/name\.ts:3:7/);
  });

  it('says what is wrong with the sources', async () => {
    await write('name.ts', `export const name = ;\n`);
    await expect(builtProgram(main, cache)).rejects.toThrow(/name\.ts:1:20: ERROR: Unexpected ";"/);
  });

  it('can make programs itself, as the commands do', async () => {
    const maker = join(folder, 'maker', 'src', 'main.ts');
    await mkdir(dirname(maker), { recursive: true });
    await writeFile(
      maker,
      `import { builtProgram } from '${join(projectFolder, 'infra', 'bootstrap', 'program.mjs')}';
       console.log(await builtProgram('${main}', '${cache}'));`,
    );
    const args = ['--enable-source-maps', await builtProgram(maker, cache)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe(`${await builtProgram(main, cache)}\n`);
  });

  it('leaves packages where they are', async () => {
    const cli = join(projectFolder, 'apps', 'cli', 'src', 'main.ts');
    const args = ['--enable-source-maps', await builtProgram(cli, cache), '--help'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toContain('Usage: ace [options] [command]');
  });
});
