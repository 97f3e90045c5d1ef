import { closeDatabase, type Database, openDatabase } from '@ace/buffer';
import { Client, Connection } from '@temporalio/client';
import { join } from 'node:path';
import { withLock } from '../../bootstrap/lock.mjs';
import { homeAt, type Home, makeHome, openHome } from '../../src/home.ts';
import { provision, type Provisioned } from '../../src/provision.ts';
import type { Services } from '../../src/services/kinds.ts';
import { ensureServers, stopServers } from '../../src/services/services.ts';
import type { OnStep } from '../../src/steps.ts';
import { ensureWorker } from '../../src/worker.ts';

/** The whole pipeline in a home of its own, which uses what the clone's home has downloaded and prepared. */
export interface BenchSystem {
  home: Home;
  services: Services;
  provisioned: Provisioned;
  client: Client;
  db: Database;
  /** Starts again what has died, under the same addresses. */
  mend(): Promise<void>;
}

/**
 * Does `body` with the pipeline of this home (null: below the clone's), and ends its servers afterwards, or
 * when this process is interrupted; their data stay. One at a time a home.
 */
export async function withSystem(
  folder: string | null,
  onStep: OnStep,
  body: (system: BenchSystem) => Promise<void>,
): Promise<void> {
  const shared = await openHome();
  const provisioned = await provision(shared, onStep);
  const home = await makeHome(homeAt(folder ?? join(shared.root, 'bench', 'learning'), shared));
  const waiting = (): void =>
    onStep({ part: 'Benchmark', state: 'doing', detail: 'waiting for another', seconds: 0 });
  await withLock(`benchmark ${home.root}`, () => within(home, provisioned, onStep, body), waiting);
}

async function within(
  home: Home,
  provisioned: Provisioned,
  onStep: OnStep,
  body: (system: BenchSystem) => Promise<void>,
): Promise<void> {
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await stopServers(home, onStep);
  };
  const stopInterrupting = onInterrupt(stop);
  // What a killed benchmark left runs older sources than those that this one measures.
  await stopServers(home, onStep);
  try {
    const { system, close } = await connect(home, provisioned, onStep, () => stopping);
    try {
      await body(system);
    } finally {
      await close();
    }
  } finally {
    await stop();
    stopInterrupting();
  }
}

async function connect(
  home: Home,
  provisioned: Provisioned,
  onStep: OnStep,
  isStopping: () => boolean,
): Promise<{ system: BenchSystem; close: () => Promise<void> }> {
  const start = async (tell?: OnStep): Promise<Services> => {
    const options = { home, anyPort: true, settings: {}, ...(tell && { onStep: tell }) };
    const services = await ensureServers(options);
    await ensureWorker(home, services, provisioned, tell);
    return services;
  };
  const services = await start(onStep);
  const connection = await Connection.connect({ address: services.temporal.address });
  const db = await openDatabase(services.postgres.url);
  const client = new Client({ connection, namespace: services.temporal.namespace });
  const mend = async (): Promise<void> => {
    if (!isStopping()) await start();
  };
  return {
    system: { home, services, provisioned, client, db, mend },
    async close() {
      await connection.close();
      await closeDatabase(db);
    },
  };
}

const interrupted = 130;

/** Ends the servers and this process on Ctrl-C and its like; returns how to stop listening. */
function onInterrupt(stop: () => Promise<void>): () => void {
  const end = (): void => {
    console.error('\nending the servers; --resume goes on from the record');
    void stop().finally(() => process.exit(interrupted));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, end);
  return () => signals.forEach((signal) => process.off(signal, end));
}
