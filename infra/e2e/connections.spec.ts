import { firstDifference, type RunDigest } from '@ace/buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceName, Services } from '../src/services/kinds.ts';
import { eventually } from './eventually.ts';
import { openRelay, type Relay } from './relay.ts';
import { startSystem, type System } from './system.ts';

const config = {
  ...{ seed: 29, iterations: 2, groups: 2, groupSize: 4 },
  competitions: { train: ['concrete-strength', 'telco-churn'], heldOut: [] },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

/** Each way. */
const delayMs = 300;
const slowMs = 4000;
/** Longer than a worker may be silent, and than the longest pause between two tries. */
const cutMs = 6000;

const lines = new Map<ServiceName, Relay>();
let system: System;
let undisturbed: RunDigest;

beforeAll(async () => {
  system = await startSystem({ seenByWorker: throughLines });
  await system.train('undisturbed', config);
  await system.ended('undisturbed');
  undisturbed = await system.digest('undisturbed');
}, 240_000);
afterEach(async () => {
  for (const line of lines.values()) line.pass();
  await system.tidy();
}, 60_000);
afterAll(async () => {
  await system?.end();
  for (const line of lines.values()) await line.end();
}, 60_000);

describe("a run ends as if nothing had happened when the worker's line is slow, then cut, then there again", () => {
  it.each<[string, ServiceName]>([
    ['to Postgres', 'postgres'],
    ['to the Temporal server', 'temporal'],
    ['to the policy engine', 'engine'],
  ])(
    '%s',
    async (_, name) => {
      const run = `bad-line-to-${name}`;
      await system.forgetArtifacts();
      await system.train(run, config);
      await underWay(run);
      const line = lines.get(name)!;
      line.delay(delayMs);
      await sleep(slowMs);
      line.cut();
      await sleep(cutMs);
      await eventually('the worker finds its line cut', () => line.refused() > 0);
      line.pass();
      await system.ended(run);
      expect(firstDifference(undisturbed, await system.digest(run))).toBeNull();
    },
    240_000,
  );
});

const underWay = (run: string): Promise<void> =>
  eventually(`${run} executes its first iteration`, async () => {
    const query = 'SELECT FROM executions WHERE run = $1';
    return ((await system.db.pool.query(query, [run])).rowCount ?? 0) > 0;
  });

/** A server that is started again keeps its port, so each line is laid once. */
async function throughLines({ postgres, temporal, engine }: Services): Promise<Services> {
  return {
    postgres: { ...postgres, url: await throughLine('postgres', postgres.url) },
    temporal: {
      ...temporal,
      address: new URL(await throughLine('temporal', `http://${temporal.address}`)).host,
    },
    engine: { ...engine, url: await throughLine('engine', engine.url) },
  };
}

async function throughLine(name: ServiceName, address: string): Promise<string> {
  const url = new URL(address);
  const line = lines.get(name) ?? (await openRelay(Number(url.port)));
  lines.set(name, line);
  url.port = String(line.port);
  return url.href;
}
