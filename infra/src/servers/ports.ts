import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export const loopback = '127.0.0.1';

/** Whether nobody listens on this port of the loopback address. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null;
}

/** `preferred` or the first free port after it that `taken` lacks; any free port for 0. */
export async function choosePort(preferred: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = preferred; port < preferred + 200; port += preferred === 0 ? 0 : 1) {
    const found = await listenOnce(port);
    if (found !== null && !taken.has(found)) return found;
  }
  throw new Error(`No free port between ${preferred} and ${preferred + 199} on ${loopback}.`);
}

function listenOnce(port: number): Promise<number | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(null));
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const found = (server.address() as AddressInfo).port;
      server.close(() => done(found));
    });
  });
}
