import { InputError } from '@ace/config';
import { protobufType, WireError } from '@ace/policy/wire';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CheckpointError } from '../store/checkpoint.ts';
import type { Context, EngineRequest } from './context.ts';
import type { Answer } from './futures.ts';
import { RequestError } from './request-error.ts';
import { type Route, routes } from './routes.ts';

const prefix = '/api/v1/';
const maximumBodyBytes = 64 * 2 ** 20;

/** The HTTP server over the context's state; the caller listens and closes. */
export function createEngineServer(context: Context): Server {
  const server = createServer((request, response) => {
    void respond(context, request, response).then(() => {
      if (!server.listening) server.closeIdleConnections();
    });
  });
  return server;
}

async function respond(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo(context, request).catch(answerError);
  const { body, status } = answer;
  const bytes = 'protobuf' in body ? body.protobuf : Buffer.from(JSON.stringify(body.json));
  const type = 'protobuf' in body ? protobufType : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  await new Promise<void>((resolve) => response.end(bytes, resolve));
}

async function answerTo(context: Context, request: IncomingMessage): Promise<Answer> {
  const route = routeOf(request);
  const bytes = await readBody(request);
  return route.handle(context, engineRequest(request, route, bytes));
}

function routeOf({ url = '', method = '' }: IncomingMessage): Route {
  const { pathname } = new URL(url, 'http://localhost');
  const route = pathname.startsWith(prefix) ? routes[pathname.slice(prefix.length)] : undefined;
  if (!route) throw new RequestError(404, `Unknown path ${pathname}`);
  const expected = route.body === 'none' ? 'GET' : 'POST';
  if (method !== expected) {
    throw new RequestError(405, `${pathname}: expected ${expected}, got ${method}`);
  }
  return route;
}

/** JSON must call itself JSON: so no web page can make a browser send it here unasked. */
function engineRequest(request: IncomingMessage, route: Route, bytes: Uint8Array): EngineRequest {
  const wantsProtobuf = request.headers.accept?.includes(protobufType) ?? false;
  if (route.body === 'none') return { bytes, json: undefined, wantsProtobuf };
  const expected = route.body === 'json' ? 'application/json' : protobufType;
  const type = request.headers['content-type'] ?? 'nothing';
  if (!type.toLowerCase().startsWith(expected)) {
    throw new RequestError(415, `content-type: expected ${expected}, got ${type}`);
  }
  return { bytes, json: route.body === 'json' ? parseJson(bytes) : undefined, wantsProtobuf };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new RequestError(422, `body: not JSON: ${String(error)}`);
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  checkSize(Number(request.headers['content-length'] ?? 0));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    checkSize(size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function checkSize(bytes: number): void {
  if (bytes > maximumBodyBytes) {
    throw new RequestError(413, `body: expected at most ${maximumBodyBytes} bytes`);
  }
}

function answerError(error: unknown): Answer {
  const detail = error instanceof Error ? error.message : String(error);
  return { status: statusOf(error), body: { json: { detail } } };
}

function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  if (error instanceof InputError || error instanceof WireError) return 422;
  if (error instanceof CheckpointError) return 404;
  return 500;
}
