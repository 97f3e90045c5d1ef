import { connectEngine, EngineLostError, type Example, type TrainingModel } from '@ace/policy';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bandit, banditPrompt } from './testing/languages.ts';
import { type EngineProcess, portOf, startProcess } from './testing/process.ts';
import { newModel, post, result } from './testing/wire-calls.ts';

const started: EngineProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.remove()));
});

async function start(options: Parameters<typeof startProcess>[0] = {}): Promise<EngineProcess> {
  const engine = await startProcess(options);
  started.push(engine);
  return engine;
}

const clientOf = ({ url }: EngineProcess) =>
  connectEngine(
    { kind: 'embedded', url, baseModel: bandit.baseModel },
    { unreachableAfterMs: 20_000 },
  );

const clip = { name: 'ppo', clipLow: 0.8, clipHigh: 1.28 } as const;
const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.01 };

/** The batch of step k: the same wherever it is asked for. */
const batchOf = (step: number): Example[] =>
  Array.from({ length: 10 }, (_, row) => ({
    prompt: banditPrompt(1 + (row % 3)),
    completion: bandit.decisions.map(({ tokens }) => tokens[(row + step) % tokens.length] ?? 0),
    logprobs: [-1.4, -1.1, -1.6],
    advantage: Math.sin(row + 3 * step),
  }));

async function trainStep(model: TrainingModel, step: number): Promise<void> {
  await model.forwardBackward(batchOf(step), clip);
  await model.optimStep(adam);
}

describe('an epoch', () => {
  it('that goes on in memory equals one that loads the checkpoint in a new process, bit by bit', async () => {
    const first = await start();
    const policy = clientOf(first);
    const model = await policy.createModel({ seed: 9, sessionTag: 'whole' });
    const hashes: (string | null)[] = [];
    const paths: string[] = [];
    for (let step = 1; step <= 3; step++) {
      await trainStep(model, step);
      paths.push(await model.saveState(`v${step}`));
      hashes.push(await policy.checkpointHash(paths.at(-1) ?? ''));
    }
    expect(await first.end('SIGTERM')).toBe(0);
    const second = await start({ dataFolder: first.dataFolder });
    const again = clientOf(second);
    for (let step = 2; step <= 3; step++) {
      const resumed = await again.createModel({ seed: 1000 + step, sessionTag: 'resumed' });
      await resumed.load(paths[step - 2] ?? '');
      await trainStep(resumed, step);
      expect(await again.checkpointHash(await resumed.saveState('v'))).toBe(hashes[step - 1]);
    }
    expect(new Set(hashes).size).toBe(3);
  });

  it('killed in the middle of a step is lost, and done anew gives the same bits', async () => {
    const first = await start();
    const policy = clientOf(first);
    const model = await policy.createModel({ seed: 9, sessionTag: 'killed' });
    await trainStep(model, 1);
    const path = await model.saveState('v1');
    await trainStep(model, 2);
    const undisturbed = await policy.checkpointHash(await model.saveState('v2'));

    const disturbed = await policy.createModel({ seed: 9, sessionTag: 'killed' });
    await disturbed.load(path);
    await disturbed.forwardBackward(batchOf(2), clip);
    await first.end('SIGKILL');
    const isLost = expect(disturbed.optimStep(adam)).rejects.toThrow(EngineLostError);
    await start({ dataFolder: first.dataFolder, port: portOf(first.url) });
    await isLost;

    const epoch = await policy.createModel({ seed: 77, sessionTag: 'anew' });
    await epoch.load(path);
    await trainStep(epoch, 2);
    expect(await policy.checkpointHash(await epoch.saveState('v2'))).toBe(undisturbed);
    await policy.close();
  });
});

describe('after a restart', () => {
  it('requests are unknown, sampler checkpoints are there, and samples are the same bits', async () => {
    const first = await start();
    const policy = clientOf(first);
    const model = await policy.createModel({ seed: 4, sessionTag: 'sampling' });
    await trainStep(model, 1);
    const modelPath = await model.saveForSampler('s1');
    const request = { modelPath, prompt: banditPrompt(3), samples: 5, maxTokens: 3, seed: 2 ** 40 };
    const sent = await policy.requestSamples({ ...request, temperature: 0.8 });
    const before = await policy.awaitSamples(sent.requestId);
    await first.end('SIGKILL');
    await start({ dataFolder: first.dataFolder, port: portOf(first.url) });
    await expect(policy.awaitSamples(sent.requestId)).rejects.toThrow(EngineLostError);
    // The same request amid others that the engine serves at the same time.
    const others = [1, 2, 3].map((seed) =>
      policy.requestSamples({ ...request, temperature: 1, seed, samples: 40 }),
    );
    const training = policy
      .createModel({ seed: 4, sessionTag: 'beside' })
      .then((m) => trainStep(m, 1));
    const again = await policy.requestSamples({ ...request, temperature: 0.8 });
    expect(await policy.awaitSamples(again.requestId)).toEqual(before);
    await Promise.all([...others, training]);
    await policy.close();
  });

  it('half-written and damaged checkpoints are never taken', async () => {
    const engine = await start();
    const policy = clientOf(engine);
    const model = await policy.createModel({ seed: 4, sessionTag: 'torn' });
    const path = await model.saveState('whole');
    const hash = (await policy.checkpointHash(path)) ?? '';
    const file = join(engine.dataFolder, 'checkpoints', hash);
    const bytes = readFileSync(file);
    // As a kill in the middle of a save leaves it: aside, unnamed.
    writeFileSync(join(engine.dataFolder, 'aside', 'torn'), bytes.subarray(0, bytes.length / 2));
    mkdirSync(join(engine.dataFolder, 'names', 'model_x', 'weights'), { recursive: true });
    const fresh = await policy.createModel({ seed: 5, sessionTag: 'torn' });
    const absent = path.replace('whole', 'torn');
    await expect(fresh.load(absent)).rejects.toThrow('not found');
    truncateSync(file, bytes.length - 4);
    const { model: raw } = await newModel(engine.url, bandit.baseModel);
    const body = { model_id: raw, path, optimizer: true, seq_id: 1 };
    const sent = await post(engine.url, 'load_weights', body);
    const failed = await result(engine.url, sent.json.request_id);
    expect(failed).toMatchObject({ status: 400, json: { detail: `content ${hash} is damaged` } });
    await policy.close();
  });
});

describe('the end', () => {
  it('by SIGTERM comes after the work in progress, whose results are still answered', async () => {
    const engine = await start();
    const { model } = await newModel(engine.url, bandit.baseModel);
    const body = { num_samples: 1000, base_model: 'bandit' };
    const prompt = { chunks: [{ tokens: banditPrompt(1) }] };
    const sampling_params = { max_tokens: 3, seed: 1 };
    const sent = await post(engine.url, 'asample', { ...body, prompt, sampling_params });
    const saved = await post(engine.url, 'save_weights', { model_id: model, path: 'w', seq_id: 1 });
    const polls = [sent, saved].map(({ json }) => result(engine.url, json.request_id));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const ended = engine.end('SIGTERM');
    const [samples, save] = await Promise.all(polls);
    expect(samples?.json.sequences).toHaveLength(1000);
    expect(save?.status).toBe(200);
    expect(await ended).toBe(0);
    expect(readdirSync(join(engine.dataFolder, 'checkpoints'))).toHaveLength(1);
  });

  it('of a silent session takes its models, and a heartbeat keeps them', async () => {
    const engine = await start({ silenceSeconds: 1 });
    const silent = await newModel(engine.url, bandit.baseModel);
    const alive = await newModel(engine.url, bandit.baseModel);
    for (let beat = 0; beat < 8; beat++) {
      await post(engine.url, 'session_heartbeat', { session_id: alive.session });
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    const save = (model: string) =>
      post(engine.url, 'save_weights', { model_id: model, path: 'w', seq_id: 1 });
    expect((await save(silent.model)).status).toBe(404);
    expect((await save(alive.model)).status).toBe(200);
  });
});

describe('the sweep', () => {
  it('deletes what nobody keeps, but no young checkpoint and none of a live model', async () => {
    const engine = await start();
    const policy = clientOf(engine);
    const dead = await policy.createModel({ seed: 1, sessionTag: 'dead' });
    const [kept, unwanted] = [await dead.saveState('kept'), await dead.saveForSampler('unwanted')];
    const alive = await policy.createModel({ seed: 2, sessionTag: 'alive' });
    const live = await alive.saveState('live');
    await dead.unload();
    expect(await policy.sweepCheckpoints([kept], 3600)).toBe(0);
    expect(await policy.sweepCheckpoints([kept], 0)).toBe(1);
    expect(await policy.checkpointHash(kept)).toMatch(/^[0-9a-f]{64}$/);
    expect(await policy.checkpointHash(live)).toMatch(/^[0-9a-f]{64}$/);
    await expect(policy.checkpointHash(unwanted)).rejects.toThrow(EngineLostError);
    expect(readdirSync(join(engine.dataFolder, 'checkpoints'))).toHaveLength(2);
    await policy.close();
  });
});
