import { currentEpoch, openRun, publishVersion, readVersion } from '@ace/buffer';
import { createTestDatabase, playedConfig, type TestDatabase } from '@ace/buffer/testing';
import { type Phase, type RunConfig } from '@ace/config';
import { connectEngine, EngineLostError, type PolicyEngine, type TrainingModel } from '@ace/policy';
import { pipelineGrammar } from '@ace/policy/grammar';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Epoch, openEpochs } from './epochs.ts';
import { type EngineProcess, startEngineProcess } from './testing/engine-process.ts';

const { baseModel } = pipelineGrammar;
const run = 'run';
const config: RunConfig = {
  ...{ ...playedConfig, pipelineDepth: 1 },
  evaluation: { samplesPerCompetition: 0, everyIterations: 0 },
};

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
  await openRun(test.db, { run, config, fingerprints: {}, roots: [] });
});
afterEach(() => test.drop());

let engine: EngineProcess;
beforeAll(async () => void (engine = await startEngineProcess()), 60_000);
afterAll(() => engine?.remove());

const policies: PolicyEngine[] = [];
afterEach(async () => {
  await Promise.all(policies.splice(0).map((policy) => policy.close()));
});

/** What one worker process holds. */
function process(url = engine.url) {
  const policy = connectEngine(
    { kind: 'embedded', url, baseModel },
    { unreachableAfterMs: 1_000, maximumPauseMs: 50 },
  );
  policies.push(policy);
  return openEpochs({ host: 'a-host', db: test.db, engineOf: () => policy });
}

/** Publishes the next version as a step does, and says with which epoch. */
async function make(
  { use }: ReturnType<typeof openEpochs>,
  version: number,
  failure?: { beforePublishing: Error } | { afterPublishing: Error },
): Promise<Epoch> {
  let used: Epoch | undefined;
  const done = use(run, config, version === 0 ? null : version - 1, async (epoch) => {
    used = epoch;
    const name = `v${version}-epoch${epoch.epoch}`;
    const paths = {
      statePath: await epoch.model.saveState(name),
      samplerPath: await epoch.model.saveForSampler(name),
    };
    if (failure && 'beforePublishing' in failure) throw failure.beforePublishing;
    await test.db.pool.query('UPDATE runs SET cursor = $1', [version === 0 ? 0 : 2 * version]);
    const phase: Phase = { kind: version === 0 ? 'initialise' : 'learn', index: version };
    const publication = { version, epoch: epoch.epoch, sha256: null, ...paths, steps: [] };
    await publishVersion(test.db, run, phase, publication);
    if (failure) throw failure.afterPublishing;
  });
  const expected = failure && Object.values(failure)[0];
  if (expected) await expect(done).rejects.toBe(expected);
  else await done;
  return used!;
}

const example = { prompt: [1], completion: [2], logprobs: [-1], advantage: 0 };

/** Whether the engine still has the model; a legal token or not, it must know it to refuse. */
async function isLoaded(model: TrainingModel): Promise<boolean> {
  const error: unknown = await model.forward([example]).catch((reason: unknown) => reason);
  return !(error instanceof EngineLostError);
}

async function untilUnloaded(model: TrainingModel): Promise<void> {
  for (const end = Date.now() + 10_000; await isLoaded(model);) {
    if (Date.now() > end) throw new Error(`${model.modelId} is still loaded`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

describe('an epoch', () => {
  it('goes on from version to version with one model', async () => {
    const mine = process();
    const made = [await make(mine, 0), await make(mine, 1), await make(mine, 2)];
    expect(made.map(({ epoch, version }) => [epoch, version])).toEqual([
      [1, null],
      [1, 0],
      [1, 1],
    ]);
    expect(new Set(made.map(({ model }) => model.modelId)).size).toBe(1);
    expect(await isLoaded(made[0]!.model)).toBe(true);
  });

  it('that another process replaced is unloaded by its own, once the next version is made', async () => {
    const [mine, theirs] = [process(), process()];
    const first = await make(mine, 0);
    const second = await make(theirs, 1);
    expect(second).toMatchObject({ epoch: 2, version: 0 });
    expect(await isLoaded(first.model)).toBe(true);
    const third = await make(mine, 2);
    expect(third).toMatchObject({ epoch: 3, version: 1 });
    await untilUnloaded(first.model);
    // It is not this process's to unload.
    expect(await isLoaded(second.model)).toBe(true);
    expect(await isLoaded(third.model)).toBe(true);
    await make(theirs, 3);
    await untilUnloaded(second.model);
  });

  it('whose step fails is given up, and the next one loads what is published', async () => {
    const mine = process();
    const first = await make(mine, 0);
    const failed = await make(mine, 1, { beforePublishing: new Error('of the step') });
    expect(failed.model).toBe(first.model);
    const again = await make(mine, 1);
    expect(again).toMatchObject({ epoch: 2, version: 0 });
    await untilUnloaded(first.model);
    expect(await isLoaded(again.model)).toBe(true);
  });

  it('whose step fails again and again leaves no model behind', async () => {
    const mine = process();
    await make(mine, 0);
    const broken = { beforePublishing: new Error('of the step') };
    const failed = [await make(mine, 1, broken), await make(mine, 1, broken)];
    await make(mine, 1, broken);
    // The model that made version 0 may be what it is sampled with.
    expect(await isLoaded(failed[0]!.model)).toBe(true);
    await untilUnloaded(failed[1]!.model);
    await make(mine, 1);
    await untilUnloaded(failed[0]!.model);
  });

  it('that published before its step failed stays until the next version is made', async () => {
    const mine = process();
    const first = await make(mine, 0, { afterPublishing: new Error('the answer was lost') });
    const broken = { beforePublishing: new Error('of the step') };
    await make(mine, 1, broken);
    expect(await isLoaded(first.model)).toBe(true);
    await make(mine, 1);
    await untilUnloaded(first.model);
  });

  it('whose version cannot be loaded is given up, too', async () => {
    const mine = process();
    await make(mine, 0);
    await expect(mine.use(run, config, 1, () => Promise.resolve())).rejects.toThrow(
      'policy version 1 is not published yet',
    );
    expect(await currentEpoch(test.db, run)).toBe(2);
    expect(await make(mine, 1)).toMatchObject({ epoch: 3, version: 0 });
  });
});

describe('a run that goes on from an earlier one', () => {
  const later = 'later';
  /** Fresh weights would be others than those of the earlier run. */
  const otherSeed: RunConfig = { ...config, seed: config.seed + 1 };

  async function openLater(): Promise<void> {
    await test.db.pool.query(`UPDATE runs SET series = 'nightly'`);
    const series = { name: 'nightly', startFrom: 'newest' } as const;
    const opening = { run: later, config: otherSeed, fingerprints: {}, roots: [], series };
    expect((await openRun(test.db, opening)).origin).toMatchObject({ run, version: 1 });
  }

  it('begins with its weights and moments, byte for byte', async () => {
    const mine = process();
    await make(mine, 0);
    await make(mine, 1);
    await openLater();
    const hashes = async (path: string) => policies[0]!.checkpointHash(path);
    const published = (await readVersion(test.db, run, 1))!.statePath;
    let begun = '';
    for (const epochs of [mine, process()]) {
      await epochs.use(later, otherSeed, null, async ({ model, epoch }) => {
        begun = await model.saveState(`v0-epoch${epoch}`);
      });
      expect(await hashes(begun)).toBe(await hashes(published));
    }
  });

  it('is told what to do when the engine refuses them', async () => {
    const mine = process();
    await make(mine, 0);
    await make(mine, 1);
    await openLater();
    await test.db.pool.query(
      // Without moments there is nothing to train on.
      `UPDATE runs SET origin_state_path = sampler_path FROM versions
       WHERE runs.run = $1 AND (versions.run, version) = (origin_run, origin_version)`,
      [later],
    );
    await expect(mine.use(later, otherSeed, null, () => Promise.resolve())).rejects.toMatchObject({
      ...{ type: 'InvalidInput', nonRetryable: true },
      message: expect.stringMatching(
        /^run input: startFrom: the engine refuses version 1 of run "run", which .*"scratch"\.$/,
      ) as string,
    });
  });
});

describe('an engine that was lost', () => {
  it('is no error where its models are let go, and holds up no step', async () => {
    const lost = await startEngineProcess();
    let url = lost.url;
    const engines = new Map<string, PolicyEngine>();
    const engineOf = (): PolicyEngine => {
      const known = engines.get(url);
      const policy = known ?? connectEngine({ kind: 'embedded', url, baseModel });
      engines.set(url, policy);
      policies.push(policy);
      return policy;
    };
    const mine = openEpochs({ host: 'a-host', db: test.db, engineOf });
    try {
      await make(mine, 0, { beforePublishing: new Error('the engine is lost') });
    } finally {
      await lost.remove();
    }
    url = engine.url;
    const started = performance.now();
    expect(await make(mine, 0)).toMatchObject({ epoch: 2, version: null });
    expect(await make(mine, 1)).toMatchObject({ epoch: 2, version: 0 });
    // A client seeks a lost engine for fifteen seconds.
    expect(performance.now() - started).toBeLessThan(10_000);
  }, 60_000);
});
