import { randomUUID } from 'node:crypto';
import { createServer, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { testSocket } from './docker.testbed.ts';

/** A line to the tests' engine that can be cut, as an engine that dies or a host that is gone would cut it. */
export interface EngineLine {
  socket: string;
  /** Ends every connection and takes no new one. */
  cut(): void;
  /** Takes what is sent, and answers nothing any more. */
  fallSilent(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function openEngineLine(folder: string): Promise<EngineLine> {
  const socket = join(folder, `${randomUUID().slice(0, 8)}.sock`);
  const ends = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';
  const server = createServer((client) => {
    ends.add(client.on('error', () => client.destroy()));
    client.on('close', () => ends.delete(client));
    if (state === 'cut') return client.destroy();
    const engine = connect(testSocket).on('error', () => client.destroy());
    engine.on('close', () => client.destroy());
    client.on('close', () => engine.destroy());
    client.on('data', (data) => state === 'open' && engine.write(data));
    engine.on('data', (data) => state === 'open' && client.write(data));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const drop = (): void => ends.forEach((end) => end.destroy());
  return {
    socket,
    cut: () => {
      state = 'cut';
      drop();
    },
    fallSilent: () => (state = 'silent'),
    restore: () => {
      state = 'open';
      drop();
    },
    close: () => {
      drop();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
