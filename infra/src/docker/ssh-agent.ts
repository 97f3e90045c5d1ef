import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';

export interface SshDestination {
  readonly host: string;
  readonly user?: string;
  readonly port?: string;
}

/**
 * Connections to an engine on another machine, each the reader's own `ssh` with `docker system dial-stdio` at its
 * far end, as `docker` itself does it. So the reader's keys, known hosts and configuration hold.
 */
export class SshAgent extends Agent {
  readonly #destination: SshDestination;

  constructor(destination: SshDestination) {
    super({ keepAlive: false });
    this.#destination = destination;
  }

  override createConnection(): Duplex {
    const child = spawn('ssh', sshArguments(this.#destination), { stdio: 'pipe' });
    return connectionOver(child);
  }
}

/** Asks nothing, since nobody may be there to answer; `--` keeps a host from being read as an option. */
export function sshArguments({ host, user, port }: SshDestination): string[] {
  const options = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-T'];
  const login = [...(user ? ['-l', user] : []), ...(port ? ['-p', port] : [])];
  return [...options, ...login, '--', host, 'docker', 'system', 'dial-stdio'];
}

/** Bytes in and out of a program; what it says on standard error becomes the reason when it fails. */
function connectionOver(child: ChildProcessWithoutNullStreams): Duplex {
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  // A program that ended takes no more input; how it ended says why.
  child.stdin.on('error', () => undefined);
  child.once('error', (error) => connection.destroy(error));
  child.stdout.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) child.stdout.pause();
  });
  child.once('close', (status) => {
    const words = Buffer.concat(said).toString().trim().split('\n').at(-1);
    if (status) connection.destroy(new Error(`ssh: ${words || `ended with status ${status}`}`));
    else connection.push(null);
  });
  const connection = new Duplex({
    read: () => void child.stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => void child.stdin.write(chunk, () => done()),
    final: (done) => void child.stdin.end(() => done()),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  return connection;
}
