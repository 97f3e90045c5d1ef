// @ts-check
/** Lets one process of this machine at a time do something. Needs no package. */
import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Runs `body` while no other process on this machine runs one under the same name.
 *
 * The lock is a listening socket, which the system closes with its holder however that ends, so a lock is
 * never stale. Waiting is a connection that breaks when the holder lets go.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} body
 * @param {() => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(name, body, onWait) {
  const path = socketPath(name);
  let server = await tryListen(path);
  if (!server) onWait?.();
  while (!server) {
    await holderGone(path);
    server = await tryListen(path);
  }
  try {
    return await body();
  } finally {
    await server.release();
  }
}

/**
 * Linux has names for sockets outside the file system; elsewhere it is a file that a dead holder leaves.
 * @param {string} name
 */
function socketPath(name) {
  const key = createHash('sha256').update(name).digest('hex').slice(0, 24);
  const unique = `ace-${userInfo().uid}-${key}`;
  return process.platform === 'linux' ? `\0${unique}` : join(tmpdir(), unique);
}

/**
 * @param {string} path
 * @returns {Promise<{ release: () => Promise<void> } | null>} null when another holds it
 */
function tryListen(path) {
  return new Promise((done, fail) => {
    const server = createServer();
    /** @type {Set<import('node:net').Socket>} */ const waiting = new Set();
    server.on('connection', (socket) => waiting.add(socket.on('error', () => undefined)));
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') done(null);
      else fail(error);
    });
    server.listen(path, () => done({ release: () => release(server, waiting) }));
  });
}

/**
 * @param {import('node:net').Server} server
 * @param {Set<import('node:net').Socket>} waiting
 * @returns {Promise<void>}
 */
function release(server, waiting) {
  return new Promise((done) => {
    server.close(() => done());
    for (const socket of waiting) socket.destroy();
  });
}

/** @param {string} path @returns {Promise<void>} */
function holderGone(path) {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'ECONNREFUSED' || path.startsWith('\0')) done();
      else unlink(path).then(done, done);
    });
    socket.once('close', () => done());
    socket.resume();
  });
}
