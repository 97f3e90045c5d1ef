import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** Services of the host, on loopback and on UNIX sockets: one connection to any of them is harm. */
export interface ServiceAddresses {
  tcpPort: number;
  tcp6Port: number;
  udpPort: number;
  socketPath: string;
  abstractName: string;
}

export interface Services {
  at: ServiceAddresses;
  /** Names of those that were reached since the last call. */
  connections(): string[];
  close(): Promise<void>;
}

export async function openServices(socketPath: string, abstractName: string): Promise<Services> {
  const reached: string[] = [];
  const listen = async (name: string, where: object): Promise<ReturnType<typeof createServer>> => {
    const server = createServer((stream) => {
      reached.push(name);
      stream.destroy();
    });
    await once(server.listen(where), 'listening');
    return server;
  };
  const tcp = await listen('tcp', { host: '127.0.0.1', port: 0 });
  const tcp6 = await listen('tcp6', { host: '::1', port: 0 });
  const path = await listen('unix path', { path: socketPath });
  chmodSync(socketPath, 0o777);
  const abstract = await listen('unix abstract', { path: `\0${abstractName}` });
  const udp = createSocket('udp4', (_, from) => {
    reached.push('udp');
    udp.send('!', from.port, from.address);
  });
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const servers = [tcp, tcp6, path, abstract];
  const portOf = (server: typeof tcp): number => (server.address() as AddressInfo).port;
  const at = { tcpPort: portOf(tcp), tcp6Port: portOf(tcp6), udpPort: udp.address().port };
  return {
    at: { ...at, socketPath, abstractName },
    connections: () => reached.splice(0),
    close: async () => {
      udp.close();
      await Promise.all(servers.map((server) => once(server.close(), 'close')));
    },
  };
}
