import { execFile } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { describePython } from './python-environment.ts';
import { type Outcome, solutionPython } from './testbed.ts';

const repository = new URL('../../../', import.meta.url).pathname.replace(/\/$/, '');
const script = new URL('ordinary-user.testbed.ts', import.meta.url).pathname;
const anybody = '65532';

/** bwrap's options that show what the test needs to a user who may not enter, say, /root. */
async function opened(): Promise<string[]> {
  const { prefix, basePrefix } = await describePython(solutionPython);
  const needed = [repository, prefix, basePrefix, dirname(realpathSync(process.execPath))];
  const closed = new Set(needed.map(firstClosedFolder).filter((path) => path !== null));
  return [...closed].flatMap((folder) => {
    const below = needed.filter((path) => path.startsWith(`${folder}/`));
    const parents = new Set(below.flatMap((path) => between(folder, path)));
    return [
      ...['--perms', '0755', '--tmpfs', folder],
      ...[...parents].flatMap((path) => ['--perms', '0755', '--dir', path]),
      ...below.flatMap((path) => ['--bind', path, path]),
    ];
  });
}

const ancestors = (path: string): string[] =>
  path === '/' ? [] : [...ancestors(dirname(path)), path];
const between = (folder: string, path: string): string[] =>
  ancestors(dirname(path)).filter((one) => one.startsWith(`${folder}/`));
const firstClosedFolder = (path: string): string | null =>
  ancestors(path).find((one) => (statSync(one).mode & 0o001) === 0) ?? null;

/** As an ordinary user: who this is already, or, as root, somebody else. */
async function command(): Promise<string[]> {
  const node = [process.execPath, '--import', 'tsx', script];
  if (process.getuid?.() !== 0) return node;
  const leave = ['setpriv', '--reuid', anybody, '--regid', anybody, '--clear-groups'];
  return ['bwrap', '--dev-bind', '/', '/', ...(await opened()), ...leave, ...node];
}

interface Printed {
  preloaded: boolean;
  outcomes: Record<string, Outcome>;
  /** Why no program can be given a share of a processor. */
  noShare: string;
}

describe('an ordinary user', () => {
  let outcomes: Printed['outcomes'];
  let preloaded: boolean;
  let noShare: string;
  beforeAll(async () => {
    const [program = '', ...args] = await command();
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: repository,
      env: { ...process.env, ACE_SOLUTION_PYTHON: solutionPython, TSX_DISABLE_CACHE: '1' },
    });
    ({ outcomes, preloaded, noShare } = JSON.parse(stdout) as Printed);
  });

  it('starts programs cold', () => {
    expect(preloaded).toBe(false);
  });

  it('is told that shares of a processor take root', () => {
    expect(noShare).toContain('that takes root and the cpu controller; unset ACE_SANDBOX_CPUS');
  });

  it('contains them as root does', () => {
    const none = '0000000000000000';
    expect(outcomes.ok).toMatchObject({ verdict: 'ok', submission: 'done' });
    expect(JSON.parse(outcomes.ok?.stdout ?? '')).toEqual({
      status: {
        ...{ CapPrm: none, CapEff: none, CapBnd: none, CapAmb: none },
        ...{ NoNewPrivs: '1', Seccomp: '2' },
      },
      ...{ user: 65_533, processes: 3, newNamespace: -1, home: false, network: 101 },
      root: expect.not.arrayContaining(['home']) as unknown,
      writable: ['/attempt', '/tmp', '/dev/shm'],
    });
  });

  it.each([
    ['crashed', 'crashed'],
    ['time', 'time limit'],
    ['memory', 'memory limit'],
    ['disk', 'disk limit'],
    ['output', 'output limit'],
    ['bomb', 'crashed'],
  ])('finds the verdict of %s', (program, verdict) => {
    expect(outcomes[program]).toMatchObject({ verdict });
  });
});
