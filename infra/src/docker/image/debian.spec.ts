import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { homeAt, makeHome } from '../../home.ts';
import type { Home } from '../../home.ts';
import { lockHash } from '../../python/lock-files.ts';
import { fakeProgram } from '../../testing/fake-program.ts';
import { ensureDebianImage } from './debian.ts';

const packages = 'usr/local/lib/python3.11/dist-packages';

let home: Home;
let programs: string;
beforeEach(async () => {
  home = await makeHome(homeAt(await mkdtemp(join(tmpdir(), 'ace-debian-'))));
  programs = join(home.root, 'programs');
  await mkdir(programs);
  vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(home.root, { recursive: true });
});

const asUser = (uid: number) => vi.spyOn(process, 'getuid').mockReturnValue(uid);

/** Programs that do in a moment what the true ones do in minutes, and write down that they were called. */
async function fakes(): Promise<void> {
  const solution = join(home.python, 'solution');
  await mkdir(join(solution, 'bin'), { recursive: true });
  await writeFile(join(solution, 'lock.sha256'), await lockHash('solution'));
  const called = `echo "$0 $*" >> ${home.root}/called`;
  await fakeProgram(
    programs,
    'debootstrap',
    `${called}
     for root do case $root in */root-*) break;; esac; done
     mkdir -p $root/etc $root/var/log $root/usr/share/doc/x
     echo root:x:0:0::/:/ > $root/etc/passwd; echo root:x:0: > $root/etc/group
     date > $root/var/log/bootstrap.log`,
  );
  await fakeProgram(programs, 'chroot', called);
  await fakeProgram(
    join(solution, 'bin'),
    'python',
    `${called}
     while [ "$1" != --target ]; do shift; done
     mkdir -p $2/sklearn/datasets/data $2/__pycache__
     echo answers > $2/sklearn/datasets/data/iris.csv; echo code > $2/sklearn/__init__.py`,
  );
}

describe('ensureDebianImage', () => {
  it('packs Debian and the packages of solutions, without data and dates', async () => {
    await fakes();
    asUser(0);
    const image = await ensureDebianImage(home, { mirror: 'http://mirror' });
    execFileSync('tar', ['-xf', image.file, '-C', home.root, 'layer.tar']);
    const layer = execFileSync('tar', ['-tf', join(home.root, 'layer.tar')], { encoding: 'utf8' });
    const paths = layer.trim().split('\n');
    expect(paths).toContain(`./${packages}/sklearn/__init__.py`);
    expect(paths).toContain(`./${packages}/sklearn/datasets/data/`);
    expect(layer).not.toMatch(/iris|__pycache__|bootstrap\.log|share\/doc/);
    const passwd = ['-xOf', join(home.root, 'layer.tar'), './etc/passwd'];
    expect(execFileSync('tar', passwd, { encoding: 'utf8' })).toContain('solution:x:65533:');
    const called = await readFile(join(home.root, 'called'), 'utf8');
    expect(called).toMatch(/--force-check-gpg .* bookworm \S+ http:\/\/mirror\n/);
    expect(called).toMatch(/--require-hashes [^]*\nchroot|chroot [^]*compileall/);
  });

  it('makes it once for a mirror, and leaves nothing else', async () => {
    await fakes();
    asUser(0);
    const made = await ensureDebianImage(home, { mirror: 'http://mirror' });
    await rm(join(home.root, 'called'));
    expect(await ensureDebianImage(home, { mirror: 'http://mirror' })).toEqual(made);
    await expect(readFile(join(home.root, 'called'))).rejects.toThrow('ENOENT');
    expect((await readdir(join(home.cache, 'images'))).map((name) => name.split('.')[1])).toEqual(
      expect.arrayContaining(['json', 'tar']),
    );
    expect(await readdir(join(home.cache, 'images'))).toHaveLength(2);
  });

  it('leaves nothing of a making that failed, and shows why it did', async () => {
    await fakes();
    asUser(0);
    await fakeProgram(programs, 'debootstrap', 'echo E: no such mirror; exit 1');
    await chmod(join(programs, 'debootstrap'), 0o755);
    const making = ensureDebianImage(home, { mirror: 'http://mirror' });
    await expect(making).rejects.toThrow(/failed with status 1[^]*E: no such mirror/);
    expect(await readdir(join(home.cache, 'images'))).toEqual([]);
  });

  it('tells anybody but root what to do', async () => {
    await fakes();
    asUser(1000);
    await expect(ensureDebianImage(home)).rejects.toThrow(
      'Docker image: debootstrap needs root.\n' +
        '  Run as root, or use a registry: docker build -f infra/images/sandbox/Dockerfile .',
    );
  });
});
