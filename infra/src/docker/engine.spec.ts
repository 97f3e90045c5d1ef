import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@ace/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerPlaces } from './docker-host.ts';
import { findDockerEngine } from './engine.ts';
import { sshArguments } from './ssh-agent.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ace-docker-'))));
afterEach(() => rm(folder, { recursive: true }));

const addresses = (env: NodeJS.ProcessEnv): string[] =>
  dockerPlaces(env).map(({ address }) => address);

describe('dockerPlaces', () => {
  it('looks at the default sockets, root’s first, where nothing is named', () => {
    expect(addresses({})).toEqual(['unix:///var/run/docker.sock']);
    expect(addresses({ DOCKER_HOST: '', XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/user/1000/docker.sock',
    ]);
  });

  it.each([
    ['unix:///a/docker.sock', 'unix:///a/docker.sock'],
    ['tcp://10.0.0.1', 'tcp://10.0.0.1:2375'],
    ['tcp://engine:1234/', 'tcp://engine:1234'],
    ['ssh://me@engine:22', 'ssh://me@engine:22'],
  ])('takes %s', (given, address) => {
    expect(addresses({ DOCKER_HOST: given, XDG_RUNTIME_DIR: '/run' })).toEqual([address]);
  });

  it.each([
    'docker.sock',
    '/var/run/docker.sock',
    'unix://',
    'unix://docker.sock',
    'tcp://',
    'tcp://host:port',
    'tcp://host/path',
    'http://host:2375',
    'ssh:///socket',
  ])('refuses DOCKER_HOST "%s"', (given) => {
    expect(() => dockerPlaces({ DOCKER_HOST: given })).toThrow(
      new InputError(
        'DOCKER_HOST: expected unix:///path/docker.sock, tcp://host:port or ssh://user@host,' +
          ` as Docker takes it, got "${given}"`,
      ),
    );
  });

  it('names the folder that lacks the keys', () => {
    const tls = { DOCKER_HOST: 'tcp://engine', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    expect(() => dockerPlaces(tls)).toThrow(InputError);
    expect(() => dockerPlaces(tls)).toThrow(/^DOCKER_CERT_PATH: .*got "\S+": ca\.pem: ENOENT$/);
  });
});

describe('sshArguments', () => {
  it('leaves no way to read a host as an option', () => {
    const words = sshArguments({ host: '-oProxyCommand=x', user: 'me', port: '23' }).join(' ');
    expect(words).toMatch(/ -l me -p 23 -- -oProxyCommand=x docker system dial-stdio$/);
  });
});

describe('findDockerEngine', () => {
  it('says that nothing listens, and what mends it', async () => {
    const host = `unix://${join(folder, 'none.sock')}`;
    expect(await findDockerEngine({ DOCKER_HOST: host })).toEqual({
      engine: null,
      address: host,
      source: 'DOCKER_HOST',
      reason: 'no engine listens there',
      remedy: 'unset DOCKER_HOST',
    });
  });

  it('does not wait for one that is silent', async () => {
    const silent = await listening(join(folder, 'docker.sock'));
    const found = findDockerEngine({ DOCKER_HOST: `unix://${folder}/docker.sock` }, 200);
    expect(await found).toMatchObject({ engine: null, reason: 'it did not answer within 0.2 s' });
    silent.close();
  });

  it('tells of the socket that is there rather than of the one that is not', async () => {
    const silent = await listening(join(folder, 'docker.sock'));
    const found = await findDockerEngine({ XDG_RUNTIME_DIR: folder }, 200);
    if (!found.engine) expect(found.address).toBe(`unix://${folder}/docker.sock`);
    else expect(found.engine.source).toBe('default socket');
    silent.close();
  });
});

function listening(path: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).unref());
  return new Promise((done) => server.listen(path, () => done(server)));
}
