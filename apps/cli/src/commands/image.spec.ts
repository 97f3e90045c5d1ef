import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '@ace/infra';
import { expect, it } from 'vitest';

/** `ace image build` as a person runs it. */
function build(...args: string[]): Promise<{ status: unknown; said: string }> {
  const main = join(projectFolder, 'apps/cli/src/main.ts');
  const command = ['--import', 'tsx', main, 'image', 'build', ...args];
  return new Promise((done) =>
    execFile(process.execPath, command, { cwd: projectFolder }, (error, _, said) =>
      done({ status: error?.code, said }),
    ),
  );
}

it.each([
  [['--from', 'nix'], '--from: expected debian, got "nix"'],
  [
    ['--from', 'debian', '--mirror', 'ftp://there'],
    '--mirror: expected http://… or https://…, got "ftp://there"',
  ],
  [[], "error: required option '--from <source>' not specified"],
])('ace image build %s is refused before anything is made', async (args, words) => {
  const { status, said } = await build(...args);
  expect(said).toContain(words);
  expect(status).toBe(2);
});
