import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeName } from '../names.ts';
import { type SandboxName, type SandboxSpec, SandboxUnavailableError } from '../port.ts';
import { solutionPython } from '../testbed.ts';
import { type DockerTestbed, dockerOn, openDockerTestbed, testImage } from './docker.testbed.ts';
import { createDockerSandbox } from './docker.ts';
import { openEngineLine } from './engine-line.testbed.ts';
import { SandboxEngineLostError, SandboxImageMissingError } from './errors.ts';
import { installationOf } from './installation.ts';
import { labelsOf } from './labels.ts';

const sleepFor = (seconds: number): string =>
  `import time\nprint('began')\ntime.sleep(${seconds})\nopen('submission.csv', 'w').write('done')\n`;

/** Counts for three seconds: long enough for another process to be killed and this one to be looked at. */
const counted = Array.from({ length: 60 }, (_, number) => number);
const counting = `import time
for number in range(${counted.length}):
    print(number)
    time.sleep(0.05)
open('submission.csv', 'w').write('done')
`;

describe('what survives which death, in containers', () => {
  let bed: DockerTestbed;
  const folder = (name: SandboxName): string => join(bed.root, 'executions', encodeName(name));
  const inspect = async (name: SandboxName) => (await bed.container(name)).inspect();

  beforeAll(() => {
    bed = openDockerTestbed();
  });
  afterAll(() => bed.close());

  /** Another process starts an execution and is killed as soon as `condition` holds. */
  async function startAndKill(name: SandboxName, code: string, condition: () => boolean) {
    const input = JSON.stringify({ root: bed.root, name, spec: bed.spec(code) });
    const script = new URL('starter.testbed.ts', import.meta.url).pathname;
    const worker = spawn(process.execPath, ['--import', 'tsx', script, input], {
      env: { ...process.env, ACE_SOLUTION_PYTHON: solutionPython },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const dead = new Promise((resolve) => worker.once('close', resolve));
    while (!condition()) await sleep(1);
    worker.kill('SIGKILL');
    await dead;
  }

  it('a killed worker: the same container goes on, is found, awaited and collected by another', async () => {
    const name = bed.name();
    const numbers = () => numbersIn(join(folder(name), 'results', 'stdout'));
    await startAndKill(name, counting, () => numbers().length >= 5);
    const [before, seen] = [await inspect(name), numbers()];
    const other = bed.another();
    expect(await other.find(name)).toBe('running');
    await other.start(name, bed.spec('raise SystemExit(1)'));
    while (numbers().length <= seen.length) await sleep(10);
    const during = await inspect(name);
    expect(during.State).toMatchObject({ Running: true, Pid: before.State.Pid });
    await other.wait(name);
    const after = await inspect(name);
    expect([after.Id, after.State.StartedAt]).toEqual([before.Id, before.State.StartedAt]);
    expect(await other.find(name)).toBe('finished');
    const result = await other.collect(name);
    expect(result).toMatchObject({ verdict: 'ok' });
    // Each number once and in order: the program went on from where it was, and began once.
    expect(seen.length).toBeLessThan(counted.length);
    expect(numbersIn(result.stdoutPath)).toEqual(counted);
    expect(readFileSync(result.submissionPath ?? '', 'utf8')).toBe('done');
    expect(await eventsOf(before.Id)).toEqual(['create', 'start', 'die']);
    await other.remove(name);
    expect(await other.find(name)).toBe('absent');
  });

  async function eventsOf(container: string): Promise<string[]> {
    const filters = { container: [container], event: ['create', 'start', 'die'] };
    const until = Math.ceil(Date.now() / 1000);
    const stream = await bed.docker.getEvents({ since: until - 600, until, filters });
    const chunks = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    const lines = Buffer.concat(chunks).toString().trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { Action: string }).Action);
  }

  it('a worker killed before it let the program begin: the next one lets it', async () => {
    const name = bed.name();
    const spec = bed.spec(sleepFor(0));
    await publishAndCreate(name, spec);
    await (await bed.container(name)).start();
    expect(await bed.sandbox.find(name)).toBe('running');
    await sleep(300);
    expect(readIfThere(join(folder(name), 'results', 'state'))).toBe('opened\n');
    await bed.sandbox.wait(name);
    expect(await bed.sandbox.collect(name)).toMatchObject({ verdict: 'ok' });
    await bed.sandbox.remove(name);
  });

  it('a container that was created and never started is absent, and start starts it', async () => {
    const name = bed.name();
    const spec = bed.spec(sleepFor(0));
    await publishAndCreate(name, spec);
    const { Id } = await inspect(name);
    expect(await bed.sandbox.find(name)).toBe('absent');
    await bed.sandbox.start(name, spec);
    await bed.sandbox.wait(name);
    expect((await inspect(name)).Id).toBe(Id);
    expect(await bed.sandbox.collect(name)).toMatchObject({ verdict: 'ok' });
    await bed.sandbox.remove(name);
  });

  /** What a worker leaves that dies between the engine's create and start. */
  async function publishAndCreate(name: SandboxName, spec: SandboxSpec): Promise<void> {
    const line = await openEngineLine(bed.root);
    const docker = dockerOn(line.socket);
    const cutting = docker.createContainer.bind(docker);
    // The line is cut as the engine has answered: the rest of start is never heard of.
    docker.createContainer = (async (made: Parameters<typeof cutting>[0]) => {
      const container = await cutting(made);
      line.cut();
      return container;
    }) as typeof docker.createContainer;
    await expect(bed.another({ docker }).start(name, spec)).rejects.toThrow(SandboxEngineLostError);
    await line.close();
    const { Config, State } = await inspect(name);
    expect(State.Status).toBe('created');
    expect(Config.Labels).toEqual(labelsOf(await installationOf(bed.root), name));
  }

  it('a container that the engine refuses to start, whoever made it, is made anew by the next start', async () => {
    const name = bed.name();
    // Engines that were killed over a start leave such containers, too.
    const { id: broken } = await bed.docker.createContainer({
      ...{ name: (await bed.container(name)).id, Image: testImage, Entrypoint: ['/none'] },
      Labels: labelsOf(await installationOf(bed.root), name),
    });
    expect(await bed.sandbox.find(name)).toBe('absent');
    await expect(bed.sandbox.start(name, bed.spec('pass'))).rejects.toThrow('could not start');
    expect(await bed.sandbox.find(name)).toBe('absent');
    await bed.sandbox.start(name, bed.spec('pass'));
    expect((await inspect(name)).Id).not.toBe(broken);
    await bed.sandbox.wait(name);
    expect(await bed.sandbox.collect(name)).toMatchObject({ verdict: 'ok' });
    await bed.sandbox.remove(name);
  });

  it('two starters at once: one container', async () => {
    const name = bed.name();
    const code = `import time\nprint('once')\ntime.sleep(0.5)`;
    await Promise.all([1, 2, 3].map(() => bed.another().start(name, bed.spec(code))));
    await bed.sandbox.wait(name);
    const result = await bed.sandbox.collect(name);
    expect(readFileSync(result.stdoutPath, 'utf8')).toBe('once\n');
    await bed.sandbox.remove(name);
  });

  it('an engine that is lost while a container runs: an infrastructure error, and the container goes on', async () => {
    const line = await openEngineLine(bed.root);
    const worker = bed.another({ docker: dockerOn(line.socket) });
    const name = bed.name();
    await worker.start(name, bed.spec(sleepFor(5)));
    const waiting = worker.wait(name);
    await sleep(200);
    line.cut();
    await expect(waiting).rejects.toThrow(SandboxEngineLostError);
    await expect(worker.find(name)).rejects.toThrow(SandboxEngineLostError);
    await expect(worker.collect(name)).rejects.toThrow(SandboxEngineLostError);
    line.restore();
    expect(await worker.find(name)).toBe('running');
    await worker.wait(name);
    expect(await worker.collect(name)).toMatchObject({ verdict: 'ok' });
    await worker.remove(name);
    await line.close();
  });

  it('an engine that answers nothing any more ends a wait that is aborted', async () => {
    const line = await openEngineLine(bed.root);
    const worker = bed.another({ docker: dockerOn(line.socket) });
    const name = await bed.start(sleepFor(600));
    const waiting = worker.wait(name, AbortSignal.timeout(1000));
    await sleep(200);
    line.fallSilent();
    await expect(waiting).rejects.toThrow('aborted due to timeout');
    await line.close();
    expect(await bed.sandbox.find(name)).toBe('running');
    await expect(bed.sandbox.remove(name)).rejects.toThrow('stop it first');
    await bed.sandbox.stop(name);
    expect(await bed.sandbox.find(name)).toBe('lost');
    await expect(bed.sandbox.collect(name)).rejects.toThrow('it is lost');
    await bed.sandbox.remove(name);
  });

  it('a container that somebody killed is lost; one that somebody removed, too', async () => {
    const [killed, removed] = [await bed.start(sleepFor(600)), await bed.start(sleepFor(600))];
    await (await bed.container(killed)).kill();
    await (await bed.container(removed)).remove({ force: true });
    for (const name of [killed, removed]) {
      await bed.sandbox.wait(name);
      expect(await bed.sandbox.find(name)).toBe('lost');
      await bed.sandbox.remove(name);
      expect(await bed.sandbox.find(name)).toBe('absent');
    }
  });

  it('a finished execution whose container was pruned is still collected', async () => {
    const name = await bed.start(sleepFor(0));
    await bed.sandbox.wait(name);
    await (await bed.container(name)).remove();
    expect(await bed.sandbox.find(name)).toBe('finished');
    expect(await bed.sandbox.collect(name)).toMatchObject({ verdict: 'ok' });
    await bed.sandbox.remove(name);
  });

  it('sweep removes what nobody owns, folders without containers too, and nothing of anybody else', async () => {
    const foreign = openDockerTestbed();
    const theirs = await foreign.start(sleepFor(600));
    const [owned, disowned] = [await bed.start(sleepFor(600)), await bed.start(sleepFor(600))];
    const bare = await bed.start(`print(1)`);
    await bed.sandbox.wait(bare);
    await (await bed.container(bare)).remove();
    const folderless = await bed.start(`print(1)`);
    await bed.sandbox.wait(folderless);
    rmSync(folder(folderless), { recursive: true });
    const swept = await bed.sandbox.sweep((name) =>
      Promise.resolve(name.attempt === owned.attempt),
    );
    expect(swept).toHaveLength(3);
    expect(swept).toEqual(expect.arrayContaining([disowned, bare, folderless]));
    expect(await bed.sandbox.find(owned)).toBe('running');
    expect(await foreign.sandbox.find(theirs)).toBe('running');
    await bed.sandbox.stop(owned);
    await bed.sandbox.remove(owned);
    expect(await bed.leftovers()).toEqual([]);
    await foreign.close();
  });

  it('a container that has our name without our labels is never touched', async () => {
    const name = bed.name();
    const container = await bed.container(name);
    const labels = labelsOf('another', name);
    await bed.docker.createContainer({
      ...{ name: container.id, Image: testImage, Cmd: ['/none'], Labels: labels },
    });
    await expect(bed.sandbox.find(name)).rejects.toThrow('it is not ours');
    await expect(bed.sandbox.start(name, bed.spec('pass'))).rejects.toThrow('it is not ours');
    await expect(bed.sandbox.stop(name)).rejects.toThrow('it is not ours');
    expect(await bed.sandbox.sweep(() => Promise.resolve(false))).not.toContainEqual(name);
    await container.remove();
  });

  it('sweep leaves what another worker tries out as it starts, and removes what one left that died over it', async () => {
    const nobody = () => bed.sandbox.sweep(() => Promise.resolve(false));
    let isOver = false;
    const trial = bed
      .another()
      .check()
      .finally(() => (isOver = true));
    while (!isOver) {
      expect(await nobody()).toEqual([]);
      await sleep(20);
    }
    await trial;

    const left = { ...bed.name(), run: 'ace-doctor' };
    await bed.sandbox.start(left, bed.spec(sleepFor(600)));
    const anHourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(folder(left), anHourAgo, anHourAgo);
    expect(await nobody()).toEqual([left]);
  });

  it('no image, no public data, a broken interpreter: the name stays free, and words say why', async () => {
    const name = bed.name();
    const missing = bed.another({ image: 'ace-sandbox:none' });
    await expect(missing.start(name, bed.spec('pass'))).rejects.toThrow(SandboxImageMissingError);
    const spec = { ...bed.spec('pass'), publicData: join(bed.root, 'nowhere') };
    await expect(bed.sandbox.start(name, spec)).rejects.toThrow('no public data at');
    const broken = openDockerTestbed();
    const bare = createDockerSandbox({ docker: bed.docker, root: broken.root, image: testImage });
    await expect(bare.start(name, bed.spec('pass'))).rejects.toThrow(/python3.*no such file/);
    await expect(bare.check()).rejects.toThrow(SandboxUnavailableError);
    expect([await bed.sandbox.find(name), await bare.find(name)]).toEqual(['absent', 'absent']);
    expect(await broken.leftovers()).toEqual([]);
    await broken.close();
  });

  it('no engine: check says what to do', async () => {
    const nowhere = bed.another({ docker: dockerOn(join(bed.root, 'none.sock')) });
    await expect(nowhere.check()).rejects.toThrow(/no Docker engine answers: .*DOCKER_HOST/);
    await expect(nowhere.find(bed.name())).rejects.toThrow(SandboxEngineLostError);
  });

  it('tells the image for the record', async () => {
    const image = await bed.sandbox.image();
    expect(image).toMatchObject({ reference: testImage, digest: null });
    expect(image.id).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** What a counting program has written so far; a line that is half there does not count. */
const numbersIn = (path: string): number[] =>
  readIfThere(path).split('\n').slice(0, -1).map(Number);
