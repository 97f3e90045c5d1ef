import { afterEach, describe, expect, it } from 'vitest';
import {
  EngineLostError,
  EngineRefusedError,
  EngineUnreachableError,
  type Example,
} from '../contract.ts';
import { decodeTrainingRequest, encodeSamples, encodeTrainingResult } from '../wire/index.ts';
import { connectEngine, type ConnectOptions } from './connect.ts';
import { dialects } from './dialects.ts';
import { type Scripted, scriptedEngine } from './scripted-engine.ts';

type Engine = Awaited<ReturnType<typeof scriptedEngine>>;
const open: Engine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

const future = (id: string): Scripted => ({ status: 200, json: { request_id: id, future_id: id } });
const ok = (json: unknown): Scripted => ({ status: 200, json });
const withModel: Record<string, Scripted[]> = {
  create_session: [ok({ session_id: 's' })],
  create_model: [ok({ request_id: 'm', model_id: 'model_1' })],
  healthz: [ok({ status: 'ok' })],
};

async function engineWith(script: Record<string, Scripted[]>, options: ConnectOptions = {}) {
  const futures = script.retrieve_future ?? [];
  const engine = await scriptedEngine({
    ...withModel,
    ...script,
    retrieve_future: [ok({ model_id: 'model_1' }), ...futures],
  });
  open.push(engine);
  const policy = connectEngine(
    { kind: 'tinker', url: engine.url, baseModel: 'b', apiKey: 'key' },
    { firstPauseMs: 1, maximumPauseMs: 5, unreachableAfterMs: 400, ...options },
  );
  const model = await policy.createModel({ seed: 1, sessionTag: 'test' });
  const sent = (path: string) => engine.received.filter((request) => request.path === path);
  return { policy, model, sent };
}

const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0 };
const clip = { name: 'ppo', clipLow: 0.8, clipHigh: 1.28 } as const;
const examples: Example[] = [
  { prompt: [1, 2], completion: [3], logprobs: [-1], advantage: 2 },
  { prompt: [1, 2], completion: [4, 5, 6], logprobs: [-1, -2, -3], advantage: -1 },
];
const trained: Scripted = {
  status: 200,
  protobuf: encodeTrainingResult({
    logprobs: [
      [0, -1],
      [0, -1, -2, -3],
    ],
    elementwiseLoss: [[], []],
    metrics: { a: 1 },
  }),
};

describe('a training call', () => {
  it('is sent again under the same number, byte by byte, after a reset, 5xx, 429 and 400 without a reason', async () => {
    const { model, sent } = await engineWith({
      forward_backward: [
        'reset',
        { status: 503, json: { detail: 'busy' } },
        { status: 500, json: {} },
        { status: 429, json: {} },
        { status: 400, text: '<html>proxy</html>' },
        future('1'),
      ],
      optim_step: [future('2')],
      retrieve_future: [trained, ok({ metrics: { b: 2 } })],
    });
    const { logprobs, metrics } = await model.forwardBackward(examples, clip);
    expect(logprobs).toEqual([[-1], [-1, -2, -3]]);
    expect(metrics).toEqual({ a: 1 });
    const bodies = sent('forward_backward').map(({ body }) => body.toString('hex'));
    expect(bodies).toHaveLength(6);
    expect(new Set(bodies).size).toBe(1);
    expect(await model.optimStep(adam)).toEqual({ b: 2 });
    expect(JSON.parse(sent('optim_step')[0]?.body.toString() ?? '')).toMatchObject({ seq_id: 2 });
    expect(sent('optim_step')[0]?.headers['x-api-key']).toBe('key');
  });

  it('is queued: one in flight, numbers in the order of the calls', async () => {
    const { model, sent } = await engineWith({
      optim_step: [future('1')],
      save_weights: [future('2')],
      retrieve_future: [{ status: 408, json: {} }, ok({ metrics: {} }), ok({ path: 'tinker://p' })],
    });
    const [, path] = await Promise.all([model.optimStep(adam), model.saveState('w')]);
    expect(path).toBe('tinker://p');
    const [step] = sent('optim_step');
    const [save] = sent('save_weights');
    expect(JSON.parse(step?.body.toString() ?? '')).toMatchObject({ seq_id: 1 });
    expect(JSON.parse(save?.body.toString() ?? '')).toMatchObject({ seq_id: 2 });
  });

  it('always sends both ratio bounds, masks the prompt, and shifts targets by one', async () => {
    const { model, sent } = await engineWith({
      forward_backward: [future('1')],
      retrieve_future: [trained],
    });
    await model.forwardBackward(examples, clip);
    const request = decodeTrainingRequest(sent('forward_backward')[0]?.body ?? Buffer.alloc(0));
    expect(request).toMatchObject({ modelId: 'model_1', seqId: 1, lossFn: 'ppo' });
    expect(request.lossFnConfig).toEqual({ clip_low_threshold: 0.8, clip_high_threshold: 1.28 });
    expect(request.data[1]).toEqual({
      input: [1, 2, 4, 5],
      targets: [2, 4, 5, 6],
      logprobs: [0, -1, -2, -3],
      advantages: [0, -1.5, -1.5, -1.5],
      weights: [0, 1, 1, 1],
    });
  });

  it('is polled on after 408 and try_again, and submitted again after 410', async () => {
    const { model, sent } = await engineWith({
      optim_step: [future('1')],
      retrieve_future: [
        { status: 408, json: { detail: 'Timeout waiting for result' } },
        ok({ type: 'try_again', request_id: '1', queue_state: 'active' }),
        { status: 410, json: { detail: 'expired' } },
        ok({ metrics: { c: 3 } }),
      ],
    });
    expect(await model.optimStep(adam)).toEqual({ c: 3 });
    const numbers = sent('optim_step').map(
      ({ body }) => (JSON.parse(body.toString()) as { seq_id: number }).seq_id,
    );
    expect(numbers).toEqual([1, 1]);
  });

  it.each([
    [
      '400 with a detail',
      { status: 400, json: { detail: 'bad batch' } },
      EngineRefusedError,
      'bad batch',
    ],
    [
      'error of the user',
      ok({ error: 'bad batch', category: 'user' }),
      EngineRefusedError,
      'bad batch',
    ],
    [
      'error of the server',
      ok({ error: 'disk full', category: 'server' }),
      EngineLostError,
      'disk full',
    ],
    [
      'an unknown request',
      { status: 404, json: { detail: 'Future not found' } },
      EngineLostError,
      'Future not found',
    ],
  ] as const)('fails by %s', async (_shape, answer, kind, reason) => {
    const { model } = await engineWith({ optim_step: [future('1')], retrieve_future: [answer] });
    const failed = await model.optimStep(adam).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(kind);
    expect((failed as Error).message).toContain(reason);
  });

  it('finds a lost model lost at once, and for good', async () => {
    const { model, sent } = await engineWith({
      optim_step: [{ status: 404, json: { detail: 'Model not found' } }],
    });
    await expect(model.optimStep(adam)).rejects.toThrow(EngineLostError);
    await expect(model.optimStep(adam)).rejects.toThrow('Model not found');
    expect(sent('optim_step')).toHaveLength(1);
  });

  it('gives up a model whose step has an unknown outcome where engines do not know repeats', async () => {
    const script = { optim_step: ['reset' as const] };
    const { model, sent } = await engineWith(script, { dialect: dialects.hosted });
    await expect(model.optimStep(adam)).rejects.toThrow('outcome unknown');
    expect(sent('optim_step')).toHaveLength(1);
  });

  it('reads the JSON results of older engines', async () => {
    const { model } = await engineWith({
      forward_backward: [future('1')],
      retrieve_future: [
        ok({
          loss_fn_outputs: [
            { logprobs: { data: [0, -1], dtype: 'float32', shape: [2] } },
            { logprobs: { data: [0, -1, -2, -3], dtype: 'float32', shape: [4] } },
          ],
          metrics: { 'loss:sum': 4 },
        }),
      ],
    });
    const scored = await model.forward(examples);
    expect(scored.logprobs).toEqual([[-1], [-1, -2, -3]]);
  });
});

describe('loading and saving', () => {
  it('waits while the checkpoint is still being written (425)', async () => {
    const { model, sent } = await engineWith({
      load_weights: [
        { status: 425, json: { detail: 'Checkpoint is still being created' } },
        future('1'),
      ],
      retrieve_future: [ok({ type: 'load_weights' })],
    });
    await model.load('tinker://model_0/weights/v1');
    expect(sent('load_weights')).toHaveLength(2);
  });

  it('looks whether a save exists that clashes with its own first try', async () => {
    const { model, sent } = await engineWith({
      save_weights: ['reset', { status: 409, json: { detail: 'exists' } }],
      weights_info: [
        { status: 425, json: { detail: 'being written' } },
        ok({ base_model: 'b', is_lora: true }),
      ],
    });
    expect(await model.saveState('v1')).toBe('tinker://model_1/weights/v1');
    expect(sent('weights_info')).toHaveLength(2);
  });

  it('finds a sampler checkpoint in the list of checkpoints where nothing else tells', async () => {
    const tinker_path = 'tinker://model_1/sampler_weights/v1';
    const { model } = await engineWith({
      save_weights_for_sampler: [{ status: 409, json: { detail: 'exists' } }],
      'training_runs/model_1/checkpoints': [
        ok({ checkpoints: [] }),
        ok({ checkpoints: [{ checkpoint_id: 'v1', tinker_path }] }),
      ],
    });
    expect(await model.saveForSampler('v1')).toBe(tinker_path);
  });

  it('says that the model is lost when neither the save nor its checkpoint is there', async () => {
    const { model } = await engineWith({
      save_weights: [{ status: 409, json: { detail: 'exists' } }],
      weights_info: [{ status: 404, json: { detail: 'Checkpoint not found' } }],
    });
    await expect(model.saveState('v1')).rejects.toThrow(EngineLostError);
  });
});

describe('sampling', () => {
  const request = {
    ...{ modelPath: 'tinker://model_1/s0', prompt: [1, 2], samples: 1, maxTokens: 9 },
    ...{ temperature: 0.7, seed: 12 },
  };

  it('sends what every engine needs, and reads protobuf and JSON', async () => {
    const samples = [{ tokens: [3, 4], logprobs: [-1, -0.5], stopReason: 'stop' as const }];
    const json = { sequences: [{ tokens: [3, 4], logprobs: [-1, -0.5], stop_reason: 'stop' }] };
    const { policy, sent } = await engineWith({
      asample: [future('1')],
      retrieve_future: [{ status: 200, protobuf: encodeSamples(samples) }, ok(json)],
    });
    const { requestId } = await policy.requestSamples(request);
    expect(await policy.awaitSamples(requestId)).toEqual(samples);
    expect(await policy.awaitSamples(requestId)).toEqual(samples);
    expect(JSON.parse(sent('asample')[0]?.body.toString() ?? '')).toEqual({
      num_samples: 1,
      prompt: { chunks: [{ type: 'encoded_text', tokens: [1, 2] }] },
      sampling_params: { max_tokens: 9, seed: 12, temperature: 0.7 },
      model_path: 'tinker://model_1/s0',
      type: 'sample',
    });
  });

  it('is lost with its request, also by 410, and refused with its checkpoint', async () => {
    const { policy } = await engineWith({
      asample: [{ status: 404, json: { detail: 'Checkpoint not found' } }],
      retrieve_future: [{ status: 410, json: { detail: 'expired' } }],
    });
    await expect(policy.awaitSamples('1')).rejects.toThrow(EngineLostError);
    await expect(policy.requestSamples(request)).rejects.toThrow(EngineRefusedError);
  });

  it('stops waiting when it is told to', async () => {
    const { policy } = await engineWith({ retrieve_future: [{ status: 408, json: {} }] });
    const stop = AbortSignal.timeout(50);
    await expect(policy.awaitSamples('1', stop)).rejects.toThrow('timeout');
  });
});

describe('an engine that cannot be reached', () => {
  it('is tried for a while, and then named', async () => {
    const url = 'http://127.0.0.1:9';
    const options = { unreachableAfterMs: 200, firstPauseMs: 10 };
    const policy = connectEngine({ kind: 'embedded', url, baseModel: 'b' }, options);
    const failed = await policy
      .createModel({ seed: 1, sessionTag: 't' })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(EngineUnreachableError);
    expect((failed as EngineUnreachableError).url).toBe(url);
    expect((failed as Error).message).toContain(`engine at ${url}: create_session:`);
  });

  it('makes session and model anew when nobody knows whether the model was made', async () => {
    const engine = await scriptedEngine({
      ...withModel,
      create_session: [ok({ session_id: 's1' }), ok({ session_id: 's2' })],
      create_model: ['reset', ok({ request_id: 'm', model_id: 'model_2' })],
      retrieve_future: [ok({})],
    });
    open.push(engine);
    const policy = connectEngine({ kind: 'embedded', url: engine.url, baseModel: 'b' });
    const model = await policy.createModel({ seed: 1, sessionTag: 't' });
    expect(model.modelId).toBe('model_2');
    const made = engine.received.filter(({ path }) => path === 'create_model');
    const sessions = made.map(
      ({ body }) => (JSON.parse(body.toString()) as { session_id: string }).session_id,
    );
    expect(sessions).toEqual(['s1', 's2']);
  });

  it('keeps the session of a live model alive', async () => {
    const { model, sent, policy } = await engineWith(
      { session_heartbeat: [ok({})], unload_model: [future('1')] },
      { heartbeatEveryMs: 20 },
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent('session_heartbeat').length).toBeGreaterThan(3);
    await model.unload();
    const beats = sent('session_heartbeat').length;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(sent('session_heartbeat').length).toBeLessThanOrEqual(beats + 1);
    await policy.close();
  });
});
