import { defaults, type RunConfig } from '@ace/config';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { refuseUnreachableEngine } from './reachable-engine.ts';

const config = (engine: RunConfig['engine']): RunConfig => ({
  ...defaults,
  competitions: { train: ['a'], heldOut: [] },
  engine,
});

const tinker = (port: number): RunConfig =>
  config({ kind: 'tinker', url: `http://127.0.0.1:${port}`, baseModel: 'm' });

describe('refuseUnreachableEngine', () => {
  it('takes any answer, and refuses when there is none', async () => {
    const server = createServer((_, response) => response.writeHead(401).end());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await refuseUnreachableEngine(tinker(port));

    await new Promise((closed) => server.close(closed).closeAllConnections());
    await expect(refuseUnreachableEngine(tinker(port))).rejects.toThrow(
      `engine.url: expected a server that answers, got no answer from "http://127.0.0.1:${port}"`,
    );
  });

  it('does not ask for the embedded engine, which is started later', async () => {
    await expect(refuseUnreachableEngine(config({ kind: 'embedded' }))).resolves.toBeUndefined();
  });
});
