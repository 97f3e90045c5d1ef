import type { AddressInfo } from 'node:net';
import { ComputeThread } from './compute/thread.ts';
import type { Context } from './http/context.ts';
import { Futures } from './http/futures.ts';
import { Models } from './http/models.ts';
import { createEngineServer } from './http/server.ts';
import type { BaseModel } from './model/base-model.ts';
import { CheckpointStore } from './store/store.ts';

export interface EngineOptions {
  /** 0 takes any free one. */
  port: number;
  host: string;
  /** Folder of the checkpoints; nothing else is kept. */
  dataFolder: string;
  bases: readonly BaseModel[];
  /** A session that is silent for so long loses its models. */
  silenceMs: number;
  /** Called when the compute thread died: the engine cannot go on. */
  onDeath: (error: Error) => void;
}

export interface RunningEngine {
  url: string;
  /** Takes no more requests, finishes those it has, answers who waits for them, and ends. */
  close(): Promise<void>;
}

/** How often silent sessions are looked for. */
const expiryEveryMs = 1_000;

/** Starts an engine; when this resolves it is healthy. */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { bases, host, port, dataFolder } = options;
  const compute = await ComputeThread.start(bases, dataFolder, options.onDeath);
  const context: Context = {
    bases: new Map(bases.map((base) => [base.name, base])),
    compute,
    store: new CheckpointStore(dataFolder),
    models: new Models(options.silenceMs),
    futures: new Futures(),
  };
  const server = createEngineServer(context);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const timer = setInterval(() => expire(context), expiryEveryMs);
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${host}:${bound}`, close };

  async function close(): Promise<void> {
    clearInterval(timer);
    const closed = new Promise((resolve) => server.close(resolve));
    await context.futures.settled();
    server.closeIdleConnections();
    await closed;
    await compute.close();
  }
}

function expire({ models, compute }: Context): void {
  for (const modelId of models.expire()) void compute.run('dropModel', { modelId });
}
