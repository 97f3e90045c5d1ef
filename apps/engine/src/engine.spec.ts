import { connectEngine, EngineLostError, EngineRefusedError, type Example } from '@ace/policy';
import { decodeSamples, encodeTrainingRequest, protobufType } from '@ace/policy/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bandit, banditPrompt } from './testing/languages.ts';
import { type EngineProcess, startProcess } from './testing/process.ts';
import { get, newModel, post, result } from './testing/wire-calls.ts';

let engine: EngineProcess;
beforeAll(async () => {
  engine = await startProcess();
});
afterAll(async () => {
  await engine.remove();
});

const adam_params = { learning_rate: 0.01, beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0 };

const datum = {
  input: [5, 1, 6, 7, 8, 12],
  targets: [1, 6, 7, 8, 12, 15],
  logprobs: [0, 0, 0, -1.4, -1.1, -1.6],
  advantages: [0, 0, 0, 1, 1, 1],
  weights: [0, 0, 0, 1, 1, 1],
};

const training = (modelId: string, seqId: number, over: object = {}): Uint8Array =>
  encodeTrainingRequest({
    ...{ modelId, seqId, lossFn: 'ppo', forwardOnly: false, data: [datum] },
    lossFnConfig: { clip_low_threshold: 0.8, clip_high_threshold: 1.28 },
    ...over,
  });

const sampleBody = (over: object = {}) => ({
  num_samples: 2,
  prompt: { chunks: [{ type: 'encoded_text', tokens: banditPrompt(1) }] },
  sampling_params: { max_tokens: 3, seed: 7, temperature: 1 },
  base_model: bandit.baseModel,
  type: 'sample',
  ...over,
});

describe('the wire', () => {
  it('is healthy and names its base models', async () => {
    expect(await get(engine.url, 'healthz')).toMatchObject({ status: 200, json: { status: 'ok' } });
    const { json } = await get(engine.url, 'get_server_capabilities');
    expect(json.supported_models).toContainEqual({
      ...{ model_name: 'bandit', max_context_length: 7, trainable: true, sampleable: true },
    });
  });

  it('answers at once with a future, and bulky results in protobuf or JSON as asked', async () => {
    const sent = await post(engine.url, 'asample', sampleBody());
    const id = sent.json.request_id;
    expect(sent.json).toEqual({ request_id: id, future_id: id, status: 'pending' });
    const packed = await result(engine.url, id, protobufType);
    expect(packed.type).toBe(protobufType);
    const plain = await result(engine.url, id);
    const sequences = decodeSamples(packed.bytes).map(({ tokens, logprobs, stopReason }) => ({
      ...{ tokens, logprobs, stop_reason: stopReason },
    }));
    expect(plain.json).toEqual({ type: 'sample', sequences });
    expect(sequences).toHaveLength(2);
  });

  it.each([
    ['an unknown path', 'nowhere', {}, 404, '/api/v1/nowhere'],
    ['no JSON type', 'asample', training('m', 1), 415, 'expected application/json'],
    ['an unknown field', 'asample', sampleBody({ top: 1 }), 422, 'top: unknown field'],
    ['no max_tokens', 'asample', sampleBody({ sampling_params: { seed: 1 } }), 422, 'max_tokens'],
    [
      'top_p',
      'asample',
      sampleBody({ sampling_params: { max_tokens: 1, seed: 1, top_p: 0.5 } }),
      422,
      'top_p',
    ],
    [
      'two sources',
      'asample',
      sampleBody({ model_path: 'tinker://a/weights/b' }),
      422,
      'exactly one of',
    ],
    [
      'another base model',
      'asample',
      sampleBody({ base_model: 'x' }),
      400,
      'expected bandit, large, got x',
    ],
    [
      'an absent path',
      'asample',
      sampleBody({ base_model: null, model_path: 'tinker://a/weights/b' }),
      404,
      'not found',
    ],
    [
      'a path outside',
      'asample',
      sampleBody({ base_model: null, model_path: 'tinker://../weights/b' }),
      400,
      'expected tinker://',
    ],
    ['an absent session', 'session_heartbeat', { session_id: 'x' }, 404, 'Session x not found'],
    [
      'an absent model',
      'optim_step',
      { model_id: 'x', seq_id: 1, adam_params },
      404,
      'Model x not found',
    ],
    ['no number', 'optim_step', { model_id: 'x', adam_params }, 422, 'seq_id'],
    ['an absent request', 'retrieve_future', { request_id: 'x-1' }, 404, 'Unknown request x-1'],
  ])('refuses %s', async (_what, path, body, status, detail) => {
    const answer = await post(engine.url, path, body);
    expect(answer.status).toBe(status);
    expect(answer.json.detail).toContain(detail);
  });

  it('refuses a JSON body for forward_backward, broken JSON, and a wrong method', async () => {
    expect((await post(engine.url, 'forward_backward', {})).status).toBe(415);
    const broken = await fetch(`${engine.url}/api/v1/asample`, {
      ...{ method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
    });
    expect(broken.status).toBe(422);
    expect((await get(engine.url, 'asample')).status).toBe(405);
  });

  it('fails the future of a prompt that the base model cannot read', async () => {
    const prompt = { chunks: [{ tokens: [1, 2] }] };
    const sent = await post(engine.url, 'asample', sampleBody({ prompt }));
    const failed = await result(engine.url, sent.json.request_id);
    expect(failed.status).toBe(400);
    expect(failed.json.detail).toBe('prompt: expected 4 tokens for bandit, got 2');
  });

  it('samples from a session as from a path', async () => {
    const { session } = await newModel(engine.url, 'bandit');
    const opened = await post(engine.url, 'create_sampling_session', {
      ...{ session_id: session, sampling_session_seq_id: 0, base_model: 'bandit' },
    });
    const { sampling_session_id } = opened.json;
    const body = sampleBody({ base_model: undefined, sampling_session_id, seq_id: 1 });
    const sent = await post(engine.url, 'asample', body);
    const direct = await post(engine.url, 'asample', sampleBody());
    const [one, other] = await Promise.all(
      [sent, direct].map(({ json }) => result(engine.url, json.request_id)),
    );
    expect(one?.json).toEqual(other?.json);
  });
});

describe('training calls', () => {
  it('gives the same request for the same number and body, also four at once', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    const four = await Promise.all(
      [1, 2, 3, 4].map(() => post(engine.url, 'forward_backward', training(model, 1))),
    );
    expect(new Set(four.map(({ json }) => json.request_id)).size).toBe(1);
    const step = { model_id: model, seq_id: 2, adam_params };
    const steps = await Promise.all([1, 2].map(() => post(engine.url, 'optim_step', step)));
    expect(steps[0]?.json).toEqual(steps[1]?.json);
    const stepped = await result(engine.url, steps[0]?.json.request_id);
    expect(stepped.json.metrics).toMatchObject({ step: 1 });
  });

  it('refuses a number with another body or operation (409), and a gap (400)', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    await post(engine.url, 'forward_backward', training(model, 1));
    const other = training(model, 1, { forwardOnly: true });
    expect((await post(engine.url, 'forward_backward', other)).status).toBe(409);
    const step = { model_id: model, seq_id: 1, adam_params };
    expect((await post(engine.url, 'optim_step', step)).status).toBe(409);
    const gap = await post(engine.url, 'optim_step', { ...step, seq_id: 3 });
    expect(gap).toMatchObject({ status: 400 });
    expect(gap.json.detail).toContain('leaves a gap, expected 2');
  });

  it.each(['importance_sampling', 'ppo', 'cross_entropy', 'cispo'])(
    'has the loss %s',
    async (lossFn) => {
      const { model } = await newModel(engine.url, 'bandit');
      const sent = await post(
        engine.url,
        'forward_backward',
        training(model, 1, { lossFn, lossFnConfig: {} }),
      );
      const done = await result(engine.url, sent.json.request_id);
      const [output] = done.json.loss_fn_outputs as { logprobs: { data: number[] } }[];
      expect(done.status).toBe(200);
      expect(output?.logprobs.data.slice(0, 3)).toEqual([0, 0, 0]);
      expect(output?.logprobs.data[3]).toBeCloseTo(-Math.log(4), 6);
    },
  );

  it('knows losses that it does not have (a failed future), and not others (422)', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    const sent = await post(
      engine.url,
      'forward_backward',
      training(model, 1, { lossFn: 'gspo', lossFnConfig: {} }),
    );
    expect(sent.status).toBe(200);
    expect(await result(engine.url, sent.json.request_id)).toMatchObject({ status: 400 });
    const unknown = training(model, 2, { lossFn: 'nope' });
    expect((await post(engine.url, 'forward_backward', unknown)).status).toBe(422);
  });

  it.each([
    [
      'a weight on the prompt',
      { data: [{ ...datum, weights: [1, 0, 0, 1, 1, 1] }] },
      'data.0.weights',
    ],
    [
      'an illegal target',
      { data: [{ ...datum, targets: [1, 6, 7, 9, 9, 15] }] },
      'token 9 is not legal for decision 1',
    ],
    ['a token outside', { data: [{ ...datum, input: [5, 1, 6, 7, 8, 99] }] }, 'token 99'],
    ['a sequence too long', { data: [doubled()] }, 'expected 4 to 6 tokens, got 12'],
    ['no old log-probabilities', { data: [without('logprobs')] }, 'data.0.logprobs: missing'],
    [
      'no weight at all',
      { data: [{ ...datum, weights: [0, 0, 0, 0, 0, 0] }] },
      'a weight other than 0',
    ],
    [
      'infinite advantages',
      { data: [{ ...datum, advantages: [0, 0, 0, Infinity, 1, 1] }] },
      'finite',
    ],
    [
      'bounds upside down',
      { lossFnConfig: { clip_low_threshold: 1.2 } },
      'clip_low_threshold in [0, 1]',
    ],
    ['an unknown setting', { lossFnConfig: { beta: 1 } }, 'loss_fn_config.beta: unknown'],
    ['no data', { data: [] }, 'at least one datum'],
  ])('refuses %s without using up the number', async (_what, over, detail) => {
    const { model } = await newModel(engine.url, 'bandit');
    const refused = await post(engine.url, 'forward_backward', training(model, 1, over));
    expect([400, 422]).toContain(refused.status);
    expect(refused.json.detail).toContain(detail);
    expect((await post(engine.url, 'forward_backward', training(model, 1))).status).toBe(200);
  });

  it('refuses a step without a gradient', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    const sent = await post(engine.url, 'optim_step', { model_id: model, seq_id: 1, adam_params });
    const failed = await result(engine.url, sent.json.request_id);
    expect(failed).toMatchObject({ status: 400 });
    expect(failed.json.detail).toContain('no gradient');
  });
});

const without = (left: string): object =>
  Object.fromEntries(Object.entries(datum).filter(([name]) => name !== left));

function doubled(): object {
  return Object.fromEntries(
    Object.entries(datum).map(([name, values]) => [name, [...values, ...values]]),
  );
}

describe('checkpoints', () => {
  it('take a name once (409), are described by their hash, and are absent otherwise (404)', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    const body = { model_id: model, path: 'w1', seq_id: 1, type: 'save_weights' };
    const sent = await post(engine.url, 'save_weights', body);
    const again = await post(engine.url, 'save_weights', body);
    expect(again.status).toBe(409);
    const saved = await result(engine.url, sent.json.request_id);
    expect(saved.json).toEqual({ path: `tinker://${model}/weights/w1`, type: 'save_weights' });
    const clash = await post(engine.url, 'save_weights', { ...body, seq_id: 2 });
    expect(clash.status).toBe(409);
    const info = await post(engine.url, 'weights_info', { tinker_path: saved.json.path });
    expect(info.json).toMatchObject({ base_model: 'bandit', is_lora: false });
    expect(info.json.sha256).toMatch(/^[0-9a-f]{64}$/);
    const absent = { tinker_path: `tinker://${model}/weights/w2` };
    expect((await post(engine.url, 'weights_info', absent)).status).toBe(404);
  });

  it('are still being written for a while (425)', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    const busy = post(engine.url, 'asample', sampleBody({ num_samples: 1500 }));
    await busy;
    await post(engine.url, 'save_weights', { model_id: model, path: 'w', seq_id: 1 });
    const tinker_path = `tinker://${model}/weights/w`;
    expect((await post(engine.url, 'weights_info', { tinker_path })).status).toBe(425);
  });

  it('are loaded by the first call only, and never without moments that were asked for', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    const sent = await post(engine.url, 'save_weights_for_sampler', {
      ...{ model_id: model, path: 's0', seq_id: 1 },
    });
    const { path } = (await result(engine.url, sent.json.request_id)).json;
    const late = { model_id: model, path, optimizer: true, seq_id: 2 };
    expect((await post(engine.url, 'load_weights', late)).status).toBe(400);
    const fresh = await newModel(engine.url, 'bandit');
    const body = { ...late, model_id: fresh.model, seq_id: 1 };
    const loaded = await post(engine.url, 'load_weights', body);
    const failed = await result(engine.url, loaded.json.request_id);
    expect(failed.json.detail).toContain('holds no optimiser state');
  });

  it('without a name come with a sampling session', async () => {
    const { model } = await newModel(engine.url, 'bandit');
    const sent = await post(engine.url, 'save_weights_for_sampler', {
      ...{ model_id: model, sampling_session_seq_id: 4, seq_id: 1 },
    });
    const { sampling_session_id } = (await result(engine.url, sent.json.request_id)).json;
    const body = sampleBody({ base_model: undefined, sampling_session_id, seq_id: 1 });
    const sampled = await post(engine.url, 'asample', body);
    expect((await result(engine.url, sampled.json.request_id)).status).toBe(200);
  });
});

describe('the client', () => {
  const client = () =>
    connectEngine({ kind: 'embedded', url: engine.url, baseModel: bandit.baseModel });

  it('trains, scores, saves, samples and unloads', async () => {
    const policy = client();
    const model = await policy.createModel({ seed: 5, sessionTag: 'test' });
    const before = await model.saveForSampler('v0');
    const request = { prompt: banditPrompt(2), samples: 8, maxTokens: 3, temperature: 1, seed: 1 };
    const { requestId } = await policy.requestSamples({ ...request, modelPath: before });
    const completions = await policy.awaitSamples(requestId);
    const examples: Example[] = completions.map(({ tokens, logprobs }, index) => ({
      ...{ prompt: request.prompt, completion: tokens, logprobs, advantage: index % 2 ? 1 : -1 },
    }));
    const scored = await model.forward(examples);
    const clip = { name: 'ppo', clipLow: 0.8, clipHigh: 1.28 } as const;
    const trained = await model.forwardBackward(examples, clip);
    expect(scored.logprobs).toEqual(trained.logprobs);
    expect(scored.logprobs.flat().map(Math.fround)).toHaveLength(24);
    for (const [row, { logprobs }] of completions.entries()) {
      for (const [index, logprob] of logprobs.entries()) {
        expect(Math.abs(logprob - (scored.logprobs[row]?.[index] ?? 9))).toBeLessThan(1e-5);
      }
    }
    expect(trained.metrics).toMatchObject({ clip_fraction: 0 });
    const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0 };
    expect(await model.optimStep(adam)).toMatchObject({ step: 1 });
    const state = await model.saveState('v1');
    expect(await policy.checkpointHash(state)).toMatch(/^[0-9a-f]{64}$/);
    await model.unload();
    await expect(model.optimStep(adam)).rejects.toThrow(EngineLostError);
    await policy.close();
  });

  it('finds a save that was made before, and goes on counting', async () => {
    const policy = client();
    const model = await policy.createModel({ seed: 5, sessionTag: 'test' });
    const first = await model.saveState('same');
    expect(await model.saveState('same')).toBe(first);
    expect(await model.saveForSampler('same')).toContain('/sampler_weights/same');
    expect(await model.saveForSampler('same')).toContain('/sampler_weights/same');
    await model.saveState('other');
    await policy.close();
  });

  it('names what is wrong with a request', async () => {
    const policy = client();
    const request = { prompt: [1], samples: 1, maxTokens: 3, temperature: 1, seed: 1 };
    const modelPath = 'tinker://model_x/sampler_weights/v0';
    await expect(policy.requestSamples({ ...request, modelPath })).rejects.toThrow(
      EngineRefusedError,
    );
    await expect(policy.awaitSamples('nobody-1')).rejects.toThrow(EngineLostError);
    const other = connectEngine({ kind: 'embedded', url: engine.url, baseModel: 'x' });
    await expect(other.createModel({ seed: 1, sessionTag: 't' })).rejects.toThrow(
      'base_model: expected bandit, large, got x',
    );
    await policy.close();
  });
});
