import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type Docker from 'dockerode';
import { findDockerEngine } from '../docker/engine.ts';
import { ensureImage } from '../docker/image/ensure-image.ts';
import { mountsBelow } from '../mounts.ts';
import { startPrivateEngine } from './private-engine.ts';
import type { PrivateEngine } from './private-engine.ts';

let engine: PrivateEngine | null = null;
afterEach(async () => {
  await engine?.end();
  engine = null;
});

async function client({ host }: PrivateEngine): Promise<Docker> {
  const found = await findDockerEngine({ DOCKER_HOST: host });
  if (!found.engine) throw new Error(found.reason);
  return found.engine.docker;
}

/** A program of this machine that outlasts the test, contained. */
async function startSleeper(docker: Docker): Promise<Docker.Container> {
  const { reference } = await ensureImage(docker);
  const Binds = ['/usr:/usr:ro', '/lib:/lib:ro', '/lib64:/lib64:ro'].filter((bind) =>
    existsSync(bind.split(':')[0] ?? ''),
  );
  const container = await docker.createContainer({
    ...{ Image: reference, Cmd: ['/usr/bin/sleep', '1000'], StopTimeout: 1 },
    HostConfig: { Binds, NetworkMode: 'none', ReadonlyRootfs: true },
  });
  await container.start();
  return container;
}

const processOf = async (container: Docker.Container): Promise<number> =>
  (await container.inspect()).State.Pid;

describe('a private engine', () => {
  it('is killed and started again while its containers go on', async () => {
    engine = await startPrivateEngine();
    const container = await startSleeper(await client(engine));
    const pid = await processOf(container);
    await engine.kill();
    expect(await findDockerEngine({ DOCKER_HOST: engine.host })).toMatchObject({ engine: null });
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    await engine.start();
    const again = (await client(engine)).getContainer(container.id);
    expect((await again.inspect()).State).toMatchObject({ Running: true, Pid: pid });
  });

  it('ends its containers at the next start when it has no live restore', async () => {
    engine = await startPrivateEngine({ liveRestore: false });
    const container = await startSleeper(await client(engine));
    await engine.kill();
    await engine.start();
    const again = (await client(engine)).getContainer(container.id);
    expect((await again.inspect()).State.Running).toBe(false);
  });

  it('is started again without live restore, once, where it was made with it', async () => {
    engine = await startPrivateEngine();
    const liveRestore = async (): Promise<boolean> =>
      ((await (await client(engine!)).info()) as { LiveRestoreEnabled: boolean })
        .LiveRestoreEnabled;
    const container = await startSleeper(await client(engine));
    await engine.kill();
    await engine.start({ liveRestore: false });
    expect(await liveRestore()).toBe(false);
    const again = (await client(engine)).getContainer(container.id);
    expect((await again.inspect()).State.Running).toBe(false);
    await engine.kill();
    await engine.start();
    expect(await liveRestore()).toBe(true);
  });

  it('leaves nothing, even when it was dead at its end', async () => {
    const ended = await startPrivateEngine();
    const pid = await processOf(await startSleeper(await client(ended)));
    await ended.kill();
    await ended.end();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(ended.folder)).toBe(false);
    expect(await mountsBelow(ended.folder)).toEqual([]);
  });

  it('leaves nothing of a container either that it has forgotten', async () => {
    const ended = await startPrivateEngine();
    const container = await startSleeper(await client(ended));
    const pid = await processOf(container);
    const shims = async (): Promise<string[]> =>
      (await promisify(execFile)('ps', ['-eo', 'args'])).stdout
        .split('\n')
        .filter((line) => line.includes('containerd-shim') && line.includes(ended.folder));
    await ended.kill();
    // What an engine that dies over a start may leave: a container of which its own records say nothing.
    await rm(join(ended.folder, 'data', 'containers', container.id), { recursive: true });
    await ended.start();
    expect(await (await client(ended)).listContainers({ all: true })).toEqual([]);
    expect([existsSync(`/proc/${pid}`), (await shims()).length]).toEqual([true, 1]);
    await ended.end();
    expect([existsSync(`/proc/${pid}`), await shims()]).toEqual([false, []]);
    expect(existsSync(ended.folder)).toBe(false);
  });
});
