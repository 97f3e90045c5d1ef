import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a scripted engine answers: a status with a body, or a connection that breaks. */
export type Scripted =
  { status: number; json?: unknown; text?: string; protobuf?: Uint8Array } | 'reset';

export interface Received {
  path: string;
  body: Buffer;
  headers: IncomingMessage['headers'];
}

/**
 * An HTTP server that answers each path from a list, in order, its last entry for ever: for the answers of
 * engines that the tests cannot start. Everything received is kept.
 */
export async function scriptedEngine(script: Record<string, Scripted[]>) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').replace('/api/v1/', '');
      received.push({ path, body: Buffer.concat(chunks), headers: request.headers });
      const answers = script[path] ?? [{ status: 404, json: { detail: `no ${path}` } }];
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'reset';
      if (answer === 'reset') return request.socket.destroy();
      const type = answer.protobuf ? 'application/x-protobuf' : 'application/json';
      response.writeHead(answer.status, { 'content-type': answer.text ? 'text/html' : type });
      return response.end(answer.protobuf ?? answer.text ?? JSON.stringify(answer.json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, received, close };
}
