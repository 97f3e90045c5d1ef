import { openRun } from '@ace/buffer';
import { createTestDatabase, playedConfig, type TestDatabase } from '@ace/buffer/testing';
import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessFailure } from './failures.ts';
import { patient } from './patience.ts';

type Step = (input: { run: string }) => Promise<void>;

// Failures are what is tested here: not news.
const quiet = { logger: new DefaultLogger('ERROR') };

const patienceSeconds = 60;
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const config = { ...playedConfig, giveUpAfterSeconds: patienceSeconds };
  await openRun(test.db, { run: 'r', config, fingerprints: {}, roots: [] });
});
afterAll(() => test?.drop());

const broken = new Error('the engine does not answer');
/** By the server's clock, which is not this machine's. */
const temporalTime = (): number => Date.now() + 3 * 3_600_000;
const ago = (seconds: number): number => temporalTime() - 1000 * seconds;

interface Tried {
  error: unknown;
  /** What the try left for the next one. */
  left: unknown;
}

/** One try of a step that fails with `error`, `failingSince` being what the tries before it left. */
async function tryOnce(
  error: Error,
  failingSince: number | null,
  { waits = false, run = 'r', db = test.db } = {},
): Promise<Tried> {
  const fails: Step = () => Promise.reject(error);
  const { step } = patient({ db }, { step: fails }, { waits });
  const env = new MockActivityEnvironment(
    {
      currentAttemptScheduledTimestampMs: temporalTime(),
      ...(failingSince === null ? {} : { heartbeatDetails: { failingSince } }),
    },
    quiet,
  );
  const tried: Tried = { error: null, left: null };
  env.on('heartbeat', (details: unknown) => {
    tried.left = details;
  });
  tried.error = await env.run(step, { run }).catch((thrown: unknown) => thrown);
  return tried;
}

describe('a step that infrastructure fails', () => {
  it('is tried again, and remembers since when it fails', async () => {
    const before = temporalTime();
    const first = await tryOnce(broken, null);
    expect(first.error).toBe(broken);
    const { failingSince } = first.left as { failingSince: number };
    expect(failingSince).toBeGreaterThanOrEqual(before);
    expect((await tryOnce(broken, failingSince)).left).toEqual({ failingSince });
  });

  it('fails for good once it has failed for as long as the run is patient', async () => {
    const { error } = await tryOnce(broken, ago(patienceSeconds));
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({
      ...{ type: 'InfrastructureFailed', nonRetryable: true },
      message: 'step has failed for 1.0 min, last with: the engine does not answer',
    });
  });

  it('has the default patience where the run cannot be read', async () => {
    const gone = await createTestDatabase();
    await gone.drop();
    const { db } = gone;
    expect((await tryOnce(broken, ago(patienceSeconds), { db })).error).toBe(broken);
    expect((await tryOnce(broken, ago(1800), { db })).error).toMatchObject({
      type: 'InfrastructureFailed',
    });
  });

  it('passes a business fault on as it is', async () => {
    const fault = businessFailure('RunsElsewhere', 'on host b', ['b']);
    expect(await tryOnce(fault, ago(9999))).toEqual({ error: fault, left: null });
  });
});

describe('a step that waits', () => {
  it('begins to count anew after a try that lasted longer than its patience', async () => {
    const config = { ...playedConfig, giveUpAfterSeconds: 1 };
    await openRun(test.db, { run: 'short', config, fingerprints: {}, roots: [] });
    const waitsFor = async (waits: boolean): Promise<unknown> => {
      const fails: Step = async () => {
        await new Promise((resume) => setTimeout(resume, 1100));
        throw broken;
      };
      const { step } = patient(test, { step: fails }, { waits });
      const env = new MockActivityEnvironment(
        {
          currentAttemptScheduledTimestampMs: temporalTime(),
          heartbeatDetails: { failingSince: ago(10) },
        },
        quiet,
      );
      return env.run(step, { run: 'short' }).catch((thrown: unknown): unknown => thrown);
    };
    expect(await waitsFor(true)).toBe(broken);
    expect(await waitsFor(false)).toMatchObject({ type: 'InfrastructureFailed' });
  });
});
