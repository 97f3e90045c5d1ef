import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeProgram } from '../testing/fake-program.ts';
import { findDockerEngine } from './engine.ts';
import { ensureImage } from './image/ensure-image.ts';
import { findImage, loadImage } from './image/load.ts';
import { packImage } from './image/pack.ts';

const host = process.env['ACE_TEST_DOCKER_HOST'] ?? '';
const socket = host.replace('unix://', '');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ace-docker-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function found(env: NodeJS.ProcessEnv) {
  const answer = await findDockerEngine(env);
  if (!answer.engine) throw new Error(answer.reason);
  return answer.engine;
}

describe('findDockerEngine', () => {
  it('describes the engine on a socket', async () => {
    const engine = await found({ DOCKER_HOST: host });
    expect(engine).toMatchObject({ address: host, source: 'DOCKER_HOST', missingLimits: [] });
    expect(engine.version).toMatch(/^\d+\.\d+/);
    expect(engine.apiVersion).toMatch(/^1\.\d+$/);
    expect(['1', '2']).toContain(engine.cgroupVersion);
    expect(engine.diskFree).toBeGreaterThan(0);
  });

  it('asks the one that is named, whatever this process’s own DOCKER_HOST says', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    expect((await found({ DOCKER_HOST: host })).address).toBe(host);
  });

  it('reaches one over TLS, with keys of both sides', async () => {
    await makeKeys(folder);
    const server = await secured(folder);
    const env = {
      DOCKER_HOST: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder },
    };
    expect(await found(env)).toMatchObject({ address: env.DOCKER_HOST, diskFree: null });
    execFileSync('openssl', [...selfSigned, '-keyout', 'key.pem', '-out', 'cert.pem'], {
      ...{ cwd: folder, stdio: 'ignore' },
    });
    expect(await findDockerEngine(env)).toMatchObject({ engine: null });
    server.close();
  });

  it('reaches one through ssh', async () => {
    await relay(
      'ssh',
      `import { connect } from 'node:net';
      const socket = connect('${socket}');
      process.stdin.pipe(socket).pipe(process.stdout);
      if (!process.argv.join(' ').endsWith('-l me -- there docker system dial-stdio')) throw 1;`,
    );
    const engine = await found({ DOCKER_HOST: 'ssh://me@there' });
    expect(engine.address).toBe('ssh://me@there');
    expect((await ensureImage(engine.docker)).id).toMatch(/^sha256:/);
  });

  it('passes on what ssh says when it gets nowhere', async () => {
    vi.stubEnv('PATH', folder);
    await fakeProgram(
      folder,
      'ssh',
      'echo "ssh: connect to host there port 22: No route" >&2; exit 255',
    );
    const answer = await findDockerEngine({ DOCKER_HOST: 'ssh://there' });
    expect(answer).toMatchObject({
      engine: null,
      reason: expect.stringContaining('No route') as string,
    });
  });
});

it('ensureImage makes the engine hold the image of the tests, by its content', async () => {
  const { docker } = await found({ DOCKER_HOST: host });
  const held = await ensureImage(docker);
  expect(held.reference).toBe(process.env['ACE_TEST_DOCKER_IMAGE']);
  expect(held.reference).toMatch(/^ace-sandbox:[0-9a-f]{16}$/);
  expect((await docker.getImage(held.reference).inspect()).Id).toBe(held.id);
});

/** Of an image that no other spec's containers use, so that it can be removed while they run. */
describe('loadImage', () => {
  const ownImage = async () => {
    const root = join(folder, 'root');
    await mkdir(root);
    await writeFile(join(root, 'content'), folder);
    return packImage({ root, folder, logFile: join(folder, 'log') });
  };

  it('gives the same image again, by its content', async () => {
    const { docker } = await found({ DOCKER_HOST: host });
    const image = await ownImage();
    const held = await loadImage(docker, image);
    await docker.getImage(held.reference).remove();
    expect(await findImage(docker, held.reference)).toBeNull();
    expect(await loadImage(docker, image)).toEqual(held);
    await docker.getImage(held.reference).remove();
  });

  it('is not deceived by another image of that name', async () => {
    const { docker } = await found({ DOCKER_HOST: host });
    const image = await ownImage();
    const [repo, tag] = image.reference.split(':');
    await writeFile(join(folder, 'other.tar'), Buffer.alloc(1024));
    const stream = await docker.importImage(join(folder, 'other.tar'), { repo, tag });
    for await (const said of stream) expect(String(said)).not.toContain('error');
    const deceiver = await findImage(docker, image.reference);
    const { id } = await loadImage(docker, image);
    expect(id).not.toBe(deceiver?.id);
    expect((await findImage(docker, image.reference))?.id).toBe(id);
    await docker.getImage(image.reference).remove();
    await docker.getImage(deceiver?.id ?? '').remove();
  });
});

/** A program of Node's in the place of another one. */
async function relay(name: string, script: string): Promise<void> {
  await writeFile(join(folder, `${name}.mjs`), script);
  await writeFile(
    join(folder, name),
    `#!/bin/sh\nexec ${process.execPath} ${folder}/${name}.mjs "$@"\n`,
  );
  await chmod(join(folder, name), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
}

const selfSigned = [
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
  ...['-days', '1', '-subj', '/CN=ace', '-addext', 'subjectAltName=IP:127.0.0.1'],
];

/** One pair that is its own authority and serves both sides. */
async function makeKeys(where: string): Promise<void> {
  const options = { cwd: where, stdio: 'ignore' } as const;
  execFileSync('openssl', [...selfSigned, '-keyout', 'key.pem', '-out', 'cert.pem'], options);
  await writeFile(join(where, 'ca.pem'), readFileSync(join(where, 'cert.pem')));
}

/** The engine behind TLS, for those who show a key that the authority has signed. */
function secured(where: string): Promise<Server> {
  const read = (name: string): Buffer => readFileSync(join(where, name));
  const keys = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  const server = createServer({ ...keys, requestCert: true }, (client) => {
    const engine = connect(socket);
    client.on('error', () => engine.destroy());
    engine.on('error', () => client.destroy());
    client.pipe(engine).pipe(client);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}
