import { parseInput } from '@ace/config';
import type {
  Completion,
  EngineEndpoint,
  PolicyEngine,
  SampleRequest,
  TrainingModel,
} from '../contract.ts';
import { EngineLostError, EngineRefusedError } from '../contract.ts';
import {
  createModelAnswer,
  createModelResult,
  decodeSamples,
  futureAnswer,
  samplesJson,
  sweepAnswer,
  weightsInfoAnswer,
} from '../wire/index.ts';
import { type Dialect, dialectOf } from './dialects.ts';
import { awaitFuture, FutureGoneError } from './futures.ts';
import { TinkerModel } from './model.ts';
import { Session } from './sessions.ts';
import {
  describe,
  NoAnswerError,
  type Reply,
  required,
  Transport,
  type TransportOptions,
} from './transport.ts';

export interface ConnectOptions extends Partial<TransportOptions> {
  /** Engines drop a session after 300 s without one. */
  heartbeatEveryMs?: number;
  /** Rank of the adapter that engines with adapters train. */
  loraRank?: number;
  /** How the engine differs; by default what its endpoint is known for. */
  dialect?: Dialect;
}

const defaults = {
  unreachableAfterMs: 15_000,
  answerWithinMs: 30_000,
  firstPauseMs: 50,
  maximumPauseMs: 1_000,
  heartbeatEveryMs: 20_000,
  loraRank: 32,
};

/** A client of one engine. Opens no connection yet: an engine that is not there shows at the first call. */
export function connectEngine(
  endpoint: EngineEndpoint,
  options: ConnectOptions = {},
): PolicyEngine {
  return new TinkerEngine(endpoint, options);
}

class TinkerEngine implements PolicyEngine {
  readonly endpoint: EngineEndpoint;
  private readonly transport: Transport;
  private readonly dialect: Dialect;
  private readonly settings: typeof defaults;
  private readonly sessions = new Set<Session>();

  constructor(endpoint: EngineEndpoint, options: ConnectOptions) {
    this.endpoint = endpoint;
    this.settings = { ...defaults, ...options };
    this.dialect = options.dialect ?? dialectOf(endpoint);
    this.transport = new Transport(endpoint, this.settings);
  }

  /**
   * Session and model belong together: when the outcome of `create_model` is unknown, both are left to
   * expire and made anew.
   */
  async createModel(options: { seed: number; sessionTag: string }): Promise<TrainingModel> {
    const giveUpAt = performance.now() + this.settings.unreachableAfterMs;
    for (;;) {
      const { heartbeatEveryMs } = this.settings;
      const session = await Session.open(this.transport, options.sessionTag, heartbeatEveryMs);
      try {
        const modelId = await this.modelIn(session, options.seed);
        this.sessions.add(session);
        return new TinkerModel(modelId, this.transport, this.dialect, session);
      } catch (error) {
        session.close();
        const isUnknown = error instanceof NoAnswerError || error instanceof EngineLostError;
        if (!isUnknown || performance.now() > giveUpAt) throw error;
      }
    }
  }

  private async modelIn(session: Session, seed: number): Promise<string> {
    const body = {
      ...{ session_id: session.id, model_seq_id: 0, base_model: this.endpoint.baseModel },
      lora_config: {
        ...{ rank: this.settings.loraRank, seed },
        ...{ train_unembed: true, train_mlp: true, train_attn: true },
      },
      type: 'create_model',
    };
    const reply = await this.transport.send({ path: 'create_model', body }, 'if not delivered');
    const json = required(reply, 'create_model');
    const answer = parseInput(createModelAnswer, json, 'answer of create_model');
    const { json: made } = await awaitFuture(this.transport, answer.request_id);
    const result = parseInput(createModelResult, made, 'result of create_model');
    const modelId = answer.model_id ?? result.model_id;
    if (modelId === undefined) throw new EngineLostError('create_model: no model_id in the answer');
    return modelId;
  }

  async requestSamples(request: SampleRequest): Promise<{ requestId: string }> {
    const body = {
      num_samples: request.samples,
      prompt: { chunks: [{ type: 'encoded_text', tokens: request.prompt }] },
      sampling_params: {
        ...{ max_tokens: request.maxTokens, seed: request.seed, temperature: request.temperature },
      },
      ...{ model_path: request.modelPath, type: 'sample' },
    };
    const reply = await this.transport.send({ path: 'asample', body });
    // No retry brings back a checkpoint that the engine does not have.
    if (reply.status === 404) throw new EngineRefusedError(`asample: ${describe(reply)}`);
    const answer = parseInput(futureAnswer, required(reply, 'asample'), 'answer of asample');
    return { requestId: answer.request_id };
  }

  async awaitSamples(requestId: string, signal?: AbortSignal): Promise<Completion[]> {
    try {
      const options = { wantsProtobuf: true, signal };
      return completionsOf(await awaitFuture(this.transport, requestId, options));
    } catch (error) {
      if (error instanceof FutureGoneError) throw new EngineLostError(error.message);
      throw error;
    }
  }

  async checkpointHash(path: string): Promise<string | null> {
    if (!this.dialect.describesCheckpoints) return null;
    const call = { path: 'weights_info', body: { tinker_path: path } };
    const json = required(await this.transport.send(call), `checkpoint ${path}`);
    return parseInput(weightsInfoAnswer, json, 'answer of weights_info').sha256 ?? null;
  }

  async sweepCheckpoints(
    keep: readonly string[],
    minimumAgeSeconds: number,
  ): Promise<number | null> {
    if (!this.dialect.sweepsCheckpoints) return null;
    const body = { keep, minimum_age_seconds: minimumAgeSeconds };
    const json = required(
      await this.transport.send({ path: 'sweep_checkpoints', body }),
      'sweep_checkpoints',
    );
    const { request_id } = parseInput(futureAnswer, json, 'answer of sweep_checkpoints');
    const { json: swept } = await awaitFuture(this.transport, request_id);
    return parseInput(sweepAnswer, swept, 'result of sweep_checkpoints').deleted;
  }

  close(): Promise<void> {
    for (const session of this.sessions) session.close();
    this.sessions.clear();
    return Promise.resolve();
  }
}

function completionsOf(reply: Reply): Completion[] {
  if (reply.isProtobuf) return decodeSamples(reply.body);
  const { sequences } = parseInput(samplesJson, reply.json, 'result of asample');
  return sequences.map(({ tokens, logprobs, stop_reason }) => ({
    ...{ tokens, logprobs: logprobs ?? [], stopReason: stop_reason },
  }));
}
