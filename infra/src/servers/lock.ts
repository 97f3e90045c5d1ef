import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Runs `body` while no other process on this machine runs one under the same name.
 *
 * The lock is a listening socket, which the system closes with its holder however that ends, so a lock is
 * never stale. Waiting is a connection that breaks when the holder lets go.
 */
export async function withLock<T>(
  name: string,
  body: () => Promise<T>,
  onWait?: () => void,
): Promise<T> {
  const path = socketPath(name);
  let server = await tryListen(path);
  if (!server) onWait?.();
  while (!server) {
    await holderGone(path);
    server = await tryListen(path);
  }
  const connections = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => connections.add(socket.on('error', () => undefined)));
  try {
    return await body();
  } finally {
    const closed = new Promise((done) => server.close(done));
    for (const socket of connections) socket.destroy();
    await closed;
  }
}

/** Linux has names for sockets outside the file system; elsewhere a file that a dead holder leaves. */
function socketPath(name: string): string {
  const key = createHash('sha256').update(name).digest('hex').slice(0, 24);
  const unique = `ace-${userInfo().uid}-${key}`;
  return process.platform === 'linux' ? `\0${unique}` : join(tmpdir(), unique);
}

function tryListen(path: string): Promise<Server | null> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(null);
      else fail(error);
    });
    server.listen(path, () => done(server));
  });
}

function holderGone(path: string): Promise<void> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const leftBehind = error.code === 'ECONNREFUSED' && !path.startsWith('\0');
      if (leftBehind) void unlink(path).finally(done);
      else done();
    });
    socket.once('close', () => done());
    socket.resume();
  });
}
