import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@ace/config';
import Docker from 'dockerode';
import { SshAgent } from './ssh-agent.ts';

/** One place where an engine may answer. */
export interface DockerPlace {
  /** As `DOCKER_HOST` would say it. */
  readonly address: string;
  readonly source: 'DOCKER_HOST' | 'default socket';
  /** Whether the engine shares this machine's file system, as far as the address tells. */
  readonly local: boolean;
  /** A client; nothing is sent yet. */
  connect(): Docker;
}

const expected =
  'expected unix:///path/docker.sock, tcp://host:port or ssh://user@host, as Docker takes it';

/**
 * Where to look for an engine, in order: `DOCKER_HOST` alone when it is set, else the sockets of an engine that
 * root runs and of one without root.
 *
 * @throws {@link InputError} that names the variable that is wrong.
 */
export function dockerPlaces(env: NodeJS.ProcessEnv): readonly DockerPlace[] {
  const given = env['DOCKER_HOST'];
  if (given) return [named(given, env)];
  const runtime = env['XDG_RUNTIME_DIR'];
  const sockets = ['/var/run/docker.sock', ...(runtime ? [join(runtime, 'docker.sock')] : [])];
  return sockets.map((path) => socketPlace(path, 'default socket'));
}

function named(given: string, env: NodeJS.ProcessEnv): DockerPlace {
  const url = URL.canParse(given) ? new URL(given) : null;
  const refused = new InputError(`DOCKER_HOST: ${expected}, got "${given}"`);
  if (url?.protocol === 'unix:' && url.host === '' && url.pathname.length > 1) {
    return socketPlace(url.pathname, 'DOCKER_HOST');
  }
  if (!url?.hostname || (url.pathname !== '' && url.pathname !== '/')) throw refused;
  if (url.protocol === 'tcp:') return tcpPlace(url, env);
  if (url.protocol === 'ssh:') return sshPlace(url);
  throw refused;
}

/** All fields that dockerode would otherwise look up in this process's own `DOCKER_HOST`. */
const unset = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };

const open = (options: object): Docker =>
  new Docker({ ...unset, pathPrefix: '/', ...options } as Docker.DockerOptions);

const socketPlace = (path: string, source: DockerPlace['source']): DockerPlace => ({
  ...{ address: `unix://${path}`, source, local: true },
  connect: () => open({ protocol: 'http', socketPath: path }),
});

function tcpPlace(url: URL, env: NodeJS.ProcessEnv): DockerPlace {
  const secured = Boolean(env['DOCKER_TLS_VERIFY']);
  const keys = secured ? readKeys(env) : {};
  const port = url.port || (secured ? '2376' : '2375');
  const options = { protocol: secured ? 'https' : 'http', host: url.hostname, port, ...keys };
  const address = `tcp://${url.hostname}:${port}`;
  return { address, source: 'DOCKER_HOST', local: false, connect: () => open(options) };
}

/** The files that `docker` reads from the same folder. */
function readKeys(env: NodeJS.ProcessEnv): { ca: Buffer; cert: Buffer; key: Buffer } {
  const folder = env['DOCKER_CERT_PATH'] || join(homedir(), '.docker');
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
      const wanted =
        'expected a folder with ca.pem, cert.pem and key.pem (DOCKER_TLS_VERIFY is set)';
      throw new InputError(`DOCKER_CERT_PATH: ${wanted}, got "${folder}": ${name}: ${why}`, {
        cause,
      });
    }
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

function sshPlace(url: URL): DockerPlace {
  const agent = new SshAgent({
    host: url.hostname,
    ...(url.username && { user: decodeURIComponent(url.username) }),
    ...(url.port && { port: url.port }),
  });
  const connect = (): Docker => open({ protocol: 'http', host: 'docker', agent });
  return { address: url.href.replace(/\/$/, ''), source: 'DOCKER_HOST', local: false, connect };
}
